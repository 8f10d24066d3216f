import BusCore
import NIOCore
import NIOPosix

/// Opens connections to Redis servers, as the configuration says, on the bus's event loop.
struct RedisDialer: Sendable {
    private let configuration: RedisBusConfiguration
    private let loop: RedisLoop
    private let tls: RedisTLS?

    /// Makes a dialer.
    ///
    /// - Throws: ``RedisConfigurationError`` that names the file of certificates or keys that cannot be used.
    init(_ configuration: RedisBusConfiguration, loop: RedisLoop) throws(RedisConfigurationError) {
        self.configuration = configuration
        self.loop = loop
        self.tls = try configuration.tls.map { tls throws(RedisConfigurationError) in try RedisTLS(tls) }
    }

    /// How long to wait for the server: a little less than the bus does, which knows less about what was missing.
    private var patience: TimeAmount { TimeAmount(self.configuration.connectTimeout * 9 / 10) }

    /// Connects; names are resolved anew each time.
    ///
    /// - Parameters:
    ///   - endpoint: Where to.
    ///   - handler: Makes the handler that gets what the server sends, on the event loop.
    /// - Returns: The channel; give a failure to ``error(_:endpoint:)``.
    func connect(
        to endpoint: RedisEndpoint,
        handler: @escaping @Sendable () throws -> any ChannelHandler
    ) -> EventLoopFuture<any Channel> {
        let deadline = NIODeadline.now() + self.patience
        let bootstrap = ClientBootstrap(group: self.loop.eventLoop)
            .connectTimeout(self.patience)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(
                .recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(minimum: 1_024, initial: 16_384, maximum: 65_536)
            )
            .channelInitializer { [tls] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try tls.addHandlers(to: channel, endpoint: endpoint, deadline: deadline)
                    } else {
                        try channel.pipeline.syncOperations.addHandler(RedisPlainPortHandler(endpoint: endpoint))
                    }
                    try channel.pipeline.syncOperations.addHandler(handler())
                }
            }
        switch endpoint {
        case .tcp(let host, let port): return bootstrap.connect(host: host, port: port)
        case .unixSocket(let path): return bootstrap.connect(unixDomainSocketPath: path)
        }
    }

    /// Says in an operator's words why an attempt to connect failed, or a connection ended.
    ///
    /// - Parameters:
    ///   - error: What the future or the channel failed with; a `BusError` is returned as it is.
    ///   - endpoint: The server.
    /// - Returns: An error with `.linkFailed`, whose cause is the one given.
    func error(_ error: any Error, endpoint: RedisEndpoint) -> BusError {
        if let error = error as? BusError { return error }
        let reason = RedisConnectFailure.reason(of: error)
        return BusError(.linkFailed, "Redis at \(endpoint) cannot be reached: \(reason)", cause: error)
    }

    /// Hands over the credentials of an attempt, asking for them if the configuration says so.
    ///
    /// - Parameter body: Called once on the event loop: at once, where nobody has to be asked. It is not called if the loop has
    ///   ended in the meantime.
    func withCredentials(_ body: @escaping @Sendable (Result<RedisCredentials?, BusError>) -> Void) {
        guard let ask = self.configuration.credentials else {
            let username = self.configuration.username
            return body(
                .success(self.configuration.password.map { RedisCredentials(username: username, password: $0) })
            )
        }
        let task = Task { [loop] in
            let result: Result<RedisCredentials?, BusError>
            do {
                result = .success(try await ask())
            } catch {
                result = .failure(Self.noCredentials(error))
            }
            loop.executeUnlessRetired { body(result) }
        }
        // Whether the time is over or the loop ends: nobody waits for the answer any more.
        self.loop.eventLoop.scheduleTask(in: TimeAmount(self.configuration.connectTimeout)) {}
            .futureResult.whenComplete { _ in task.cancel() }
    }

    private static func noCredentials(_ error: any Error) -> BusError {
        BusError(
            .linkFailed,
            "The credentials for Redis could not be had: \(error). The closure `credentials` is asked again at the next attempt.",
            cause: error
        )
    }
}
