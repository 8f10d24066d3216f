import NIOCore
import NIOPosix

/// The listening socket, and the connections that came through it.
struct Listener: Sendable {
    let channel: any Channel
    let loops: ServerLoops

    /// Binds and accepts connections from then on.
    ///
    /// - Parameters:
    ///   - configuration: Where to listen.
    ///   - router: What answers requests.
    /// - Returns: The listener.
    /// - Throws: ``HubServerError`` with the reason in words.
    static func bind(
        _ configuration: HubServerConfiguration,
        router: HTTPRouter
    ) async throws(HubServerError) -> Self {
        let loops = ServerLoops(configuration.eventLoopGroup)
        let limits = configuration.http
        let bootstrap = ServerBootstrap(group: configuration.eventLoopGroup)
            .serverChannelOption(.backlog, value: Int32(clamping: configuration.backlog))
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: false)
            .childChannelOption(.maxMessagesPerRead, value: 2)
            .childChannelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 256, initial: 512, maximum: 65_536)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let loop = loops[channel.eventLoop]
                    try HTTPHandlers.configure(channel.pipeline, router: router, limits: limits, loop: loop)
                }
            }
        do {
            let channel = try await bootstrap.bind(host: configuration.host, port: configuration.port).get()
            return Self(channel: channel, loops: loops)
        } catch {
            throw HubServerError(binding: error, host: configuration.host, port: configuration.port)
        }
    }

    /// Takes no further connections, and ends those that have nothing to answer.
    func stopAccepting() async {
        try? await channel.close()
        await loops.each { $0.quiesce() }
    }

    /// Cuts off what is still open.
    func cutOff() async {
        await loops.each { $0.cutOff() }
    }
}
