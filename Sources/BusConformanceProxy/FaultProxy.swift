public import NIOCore
import NIOPosix

/// A TCP proxy in front of a backend that breaks connections on demand.
///
/// Give clients ``port`` on 127.0.0.1 instead of the backend's address. Each connection gets a label from the first bytes
/// that its client sends, and every fault hits one label or all. Faults add up until ``heal()``. Half-closed connections,
/// resets and back-pressure pass through. It runs on one event loop; unless one is given, on a shared one of the process.
public final class FaultProxy: Sendable {
    /// Where it listens, on 127.0.0.1.
    public let port: Int

    private let listener: any Channel
    private let core: NIOLoopBound<ProxyCore>

    private init(port: Int, listener: any Channel, core: NIOLoopBound<ProxyCore>) {
        self.port = port
        self.listener = listener
        self.core = core
    }

    deinit {
        let core = self.core
        self.listener.close(promise: nil)
        self.listener.eventLoop.execute { Self.closeAll(core.value) }
    }

    /// Starts a proxy on a free port.
    ///
    /// - Parameters:
    ///   - backend: Where the backend listens; it need not run yet.
    ///   - eventLoop: Where the proxy runs; nil means one that the process shares.
    ///   - makeFilter: Makes the filter of a new connection, which ``starve(_:)`` needs; nil for labels that cannot starve.
    ///   - label: Says what a connection is from all that its client has sent so far; nil if that is too little. Called for
    ///     the first time before the client has sent anything.
    /// - Returns: The running proxy; it ends with its last reference, or with ``shutDown()``.
    /// - Throws: What opening a port throws.
    public static func started(
        before backend: FaultProxyBackend,
        eventLoop: (any EventLoop)? = nil,
        makeFilter: @escaping @Sendable (FaultProxyLabel) -> (any FaultProxyFilter)? = { _ in nil },
        label: @escaping @Sendable (_ firstBytes: ByteBuffer) -> FaultProxyLabel? = { _ in .other }
    ) async throws -> FaultProxy {
        let eventLoop = eventLoop ?? MultiThreadedEventLoopGroup.singleton.next()
        let core = try await eventLoop.submit {
            NIOLoopBound(
                ProxyCore(backend: backend, eventLoop: eventLoop, label: label, makeFilter: makeFilter),
                eventLoop: eventLoop
            )
        }.get()
        let listener = try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 1_024)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let end = ProxyEnd(ProxyConnection(core.value), isClient: true)
                    try channel.pipeline.syncOperations.addHandler(end)
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        return FaultProxy(port: listener.localAddress?.port ?? 0, listener: listener, core: core)
    }

    // MARK: Faults

    /// Closes the present connections; new ones succeed.
    ///
    /// - Parameter label: Which connections; nil means all.
    public func disconnect(_ label: FaultProxyLabel? = nil) async {
        await self.run { core in core.connections(label).forEach { $0.close() } }
    }

    /// Resets the present connections, so that clients get a RST; new ones succeed.
    ///
    /// - Parameter label: Which connections; nil means all.
    public func reset(_ label: FaultProxyLabel? = nil) async {
        await self.run { core in core.connections(label).forEach { $0.reset() } }
    }

    /// Resets new connections as soon as their label is known, until ``heal()``; present ones go on.
    ///
    /// - Parameter label: Which connections; nil means all.
    public func refuse(_ label: FaultProxyLabel? = nil) async {
        await self.run { $0.add(.refuse, label) }
    }

    /// Swallows bytes and closes without a sign to the other end, until ``heal()``.
    ///
    /// Connections stay open. New ones are accepted and stay silent; the backend hears nothing of them. Afterwards what was
    /// swallowed arrives late, as after packets were sent again, unless a direction swallowed more than 8 MiB: then its
    /// sender feels back-pressure.
    ///
    /// - Parameters:
    ///   - label: Which connections; nil means all.
    ///   - direction: Which way; nil means both.
    public func blackhole(_ label: FaultProxyLabel? = nil, _ direction: FaultProxyDirection? = nil) async {
        let directions = direction.map { [$0] } ?? Set(FaultProxyDirection.allCases)
        await self.run { $0.add(.hold(directions), label) }
    }

    /// Delays what comes and passes it on in small pieces, until ``heal()``.
    ///
    /// - Parameters:
    ///   - label: Which connections; nil means all.
    ///   - bytesPerWrite: How large a piece is at most, in bytes; 1 means byte by byte.
    ///   - latency: How much later what is sent arrives, each way.
    public func slow(_ label: FaultProxyLabel? = nil, bytesPerWrite: Int = .max, latency: Duration = .zero) async {
        precondition(bytesPerWrite > 0, "A piece has at least one byte.")
        await self.run { $0.add(.slow(bytesPerWrite: bytesPerWrite, latency: TimeAmount(latency)), label) }
    }

    /// Leaves messages out of what the present connections carry, as their filter tells them from answers.
    ///
    /// Lasts until the connection is replaced; ``heal()`` closes it, because no link comes back after it has swallowed
    /// messages. Connections without a filter are spared.
    ///
    /// - Parameter label: Which connections; nil means all.
    public func starve(_ label: FaultProxyLabel? = nil) async {
        await self.run { core in core.connections(label).forEach { $0.starve() } }
    }

    /// Ends every fault.
    public func heal() async {
        await self.run { $0.heal() }
    }

    // MARK: Counts

    /// How many connections there are.
    ///
    /// - Parameter label: Which connections; nil means all, also those that have not said yet what they are.
    /// - Returns: The number.
    public func connections(_ label: FaultProxyLabel? = nil) async -> Int {
        await self.run { $0.connections(label).count }
    }

    /// How many connections there have been, refused ones included.
    ///
    /// - Parameter label: Which connections; nil means all that have said what they are.
    /// - Returns: The number.
    public func attempts(_ label: FaultProxyLabel? = nil) async -> Int {
        await self.run { $0.attempts(label) }
    }

    /// Closes the port and all connections.
    public func shutDown() async {
        try? await self.listener.close().get()
        await self.run { Self.closeAll($0) }
    }

    private static func closeAll(_ core: ProxyCore) {
        core.connections(nil).forEach { $0.close() }
    }

    private func run<Value: Sendable>(_ body: @escaping @Sendable (ProxyCore) -> Value) async -> Value {
        let core = self.core
        let loop = self.listener.eventLoop
        return await withCheckedContinuation { continuation in
            loop.execute { continuation.resume(returning: body(core.value)) }
        }
    }
}
