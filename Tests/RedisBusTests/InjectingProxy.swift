import NIOCore
import NIOPosix
import RedisTestSupport
import Synchronization

/// Stands between a bus and a real server, and says things to the bus in the server's name.
final class InjectingProxy: Sendable {
    private struct State {
        var listener: (any Channel)?
        var clients: [ObjectIdentifier: any Channel] = [:]
        var floods: [Int] = []
    }

    private let state = Mutex(State())
    private let server: RedisServer

    private init(server: RedisServer) {
        self.server = server
    }

    /// Starts listening on the loopback address.
    ///
    /// - Parameter server: Where all connections lead.
    /// - Returns: The proxy.
    /// - Throws: What binding a port throws.
    static func started(before server: RedisServer) async throws -> InjectingProxy {
        let proxy = InjectingProxy(server: server)
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { proxy.welcome($0) }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        proxy.state.withLock { $0.listener = listener }
        return proxy
    }

    /// The port it listens on.
    var port: Int {
        self.state.withLock { $0.listener?.localAddress?.port ?? 0 }
    }

    /// How many bytes each flood took that is over, because the bus closed the connection.
    var floods: [Int] {
        self.state.withLock { $0.floods }
    }

    /// Says something once on each connection that there is.
    ///
    /// - Parameter bytes: What to say.
    /// - Returns: How many connections there are.
    @discardableResult
    func inject(_ bytes: [UInt8]) -> Int {
        let clients = self.clients
        for client in clients { client.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil) }
        return clients.count
    }

    /// Says something, and then something else again and again, on each connection that there is, for as long as it is open.
    ///
    /// - Parameters:
    ///   - start: What to say first.
    ///   - rest: What to repeat.
    /// - Returns: How many connections there are.
    func flood(_ start: String, _ rest: String) -> Int {
        let repeated = ByteBuffer(string: String(repeating: rest, count: 1 + 65_536 / rest.utf8.count))
        let clients = self.clients
        for client in clients {
            client.writeAndFlush(ByteBuffer(string: start), promise: nil)
            client.eventLoop.execute {
                let relay = try? client.pipeline.syncOperations.handler(type: InjectingRelay.self)
                relay?.flood(client, repeated)
            }
        }
        return clients.count
    }

    /// Ends all connections and listens no more.
    func stop() async throws {
        for client in self.clients { client.close(promise: nil) }
        try await self.state.withLock { $0.listener }?.close().get()
    }

    private var clients: [any Channel] {
        self.state.withLock { Array($0.clients.values) }
    }

    /// Connects with the server for a client that has come.
    private func welcome(_ client: any Channel) -> EventLoopFuture<Void> {
        let bootstrap = ClientBootstrap(group: client.eventLoop)
            .channelInitializer { upstream in
                upstream.eventLoop.makeCompletedFuture {
                    try upstream.pipeline.syncOperations.addHandler(InjectingRelay(to: client))
                }
            }
        let connected: EventLoopFuture<any Channel>
        switch self.server.address {
        case .tcp(let port): connected = bootstrap.connect(host: "127.0.0.1", port: port)
        case .unixSocket(let path): connected = bootstrap.connect(unixDomainSocketPath: path)
        }
        return connected.flatMap { upstream in
            upstream.eventLoop.makeCompletedFuture {
                let relay = InjectingRelay(to: upstream) { taken in self.state.withLock { $0.floods.append(taken) } }
                try client.pipeline.syncOperations.addHandler(relay)
            }
            .flatMap { client.setOption(.autoRead, value: true) }
            .map { self.keep(client) }
        }
    }

    private func keep(_ client: any Channel) {
        self.state.withLock { $0.clients[ObjectIdentifier(client)] = client }
        client.closeFuture.whenComplete { _ in
            self.state.withLock { _ = $0.clients.removeValue(forKey: ObjectIdentifier(client)) }
        }
    }
}
