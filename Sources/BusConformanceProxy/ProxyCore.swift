import NIOCore
import NIOPosix

/// What a proxy knows: its connections and its faults.
///
/// Belongs to the event loop.
final class ProxyCore {
    let eventLoop: any EventLoop
    let label: @Sendable (ByteBuffer) -> FaultProxyLabel?
    let makeFilter: @Sendable (FaultProxyLabel) -> (any FaultProxyFilter)?
    private let backend: FaultProxyBackend
    private var connections: [ObjectIdentifier: ProxyConnection] = [:]
    private var faults: [(label: FaultProxyLabel?, fault: ProxyShape.Fault)] = []
    private var attempts: [FaultProxyLabel: Int] = [:]

    init(
        backend: FaultProxyBackend,
        eventLoop: any EventLoop,
        label: @escaping @Sendable (ByteBuffer) -> FaultProxyLabel?,
        makeFilter: @escaping @Sendable (FaultProxyLabel) -> (any FaultProxyFilter)?
    ) {
        self.backend = backend
        self.eventLoop = eventLoop
        self.label = label
        self.makeFilter = makeFilter
    }

    // MARK: Connections

    func add(_ connection: ProxyConnection) {
        self.connections[ObjectIdentifier(connection)] = connection
    }

    func remove(_ connection: ProxyConnection) {
        self.connections[ObjectIdentifier(connection)] = nil
    }

    /// Counts a connection that has said what it is.
    func count(_ label: FaultProxyLabel) {
        self.attempts[label, default: 0] += 1
    }

    func attempts(_ label: FaultProxyLabel?) -> Int {
        guard let label else { return self.attempts.values.reduce(0, +) }
        return self.attempts[label] ?? 0
    }

    /// The connections of a label; nil means all, also those that have not said yet what they are.
    func connections(_ label: FaultProxyLabel?) -> [ProxyConnection] {
        self.connections.values.filter { label == nil || $0.label == label }
    }

    func connect(_ connection: ProxyConnection) -> EventLoopFuture<any Channel> {
        let end = NIOLoopBound(ProxyEnd(connection, isClient: false), eventLoop: self.eventLoop)
        let bootstrap = ClientBootstrap(group: self.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(end.value) }
            }
        switch self.backend {
        case .tcp(let host, let port): return bootstrap.connect(host: host, port: port)
        case .unixSocket(let path): return bootstrap.connect(unixDomainSocketPath: path)
        }
    }

    // MARK: Faults

    func add(_ fault: ProxyShape.Fault, _ label: FaultProxyLabel?) {
        self.faults.append((label, fault))
        self.refresh()
    }

    func heal() {
        self.faults = []
        for connection in self.connections.values where connection.isStarved { connection.close() }
        self.refresh()
    }

    /// What the present faults mean for a label.
    func shape(of label: FaultProxyLabel) -> ProxyShape {
        self.faults.reduce(into: ProxyShape()) { shape, entry in
            if entry.label == nil || entry.label == label { shape.add(entry.fault) }
        }
    }

    private func refresh() {
        for connection in self.connections.values {
            if let label = connection.label { connection.take(self.shape(of: label)) }
        }
    }
}
