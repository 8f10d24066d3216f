import BusConformance
import BusConformanceProxy
import BusCore
import NIOCore
import RedisTestSupport

/// A bus, and the proxy through which it reaches the server.
struct RedisNode: Sendable {
    /// The name by which the server knows the bus's connections.
    var name: String
    var bus: any MessageBus
    var proxy: FaultProxy

    /// Starts a proxy that tells a bus's two connections from each other.
    static func proxy(before server: RedisServer) async throws -> FaultProxy {
        let backend: FaultProxyBackend =
            switch server.address {
            case .tcp(let port): .tcp(host: "127.0.0.1", port: port)
            case .unixSocket(let path): .unixSocket(path: path)
            }
        return try await FaultProxy.started(
            before: backend,
            makeFilter: { $0 == .subscribing ? RedisMessageFilter() : nil },
            label: Self.label
        )
    }

    /// The commands of the handshake leave in one segment, and only a connection that subscribes has a SUBSCRIBE there.
    private static func label(_ firstBytes: ByteBuffer) -> FaultProxyLabel? {
        guard firstBytes.readableBytes > 0 else { return nil }
        let isSubscribing = firstBytes.readableBytesView.firstRange(of: Array("SUBSCRIBE".utf8)) != nil
        return isSubscribing ? .subscribing : .publishing
    }
}

extension FaultProxyLabel {
    static let publishing: FaultProxyLabel = "publishing"
    static let subscribing: FaultProxyLabel = "subscribing"
}

extension BusFaultPart {
    /// The label of the connections it means; nil means all.
    var label: FaultProxyLabel? {
        switch self {
        case .publishing: .publishing
        case .subscribing: .subscribing
        case .both: nil
        }
    }
}
