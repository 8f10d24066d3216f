/// How a transport came to its end.
public enum TransportClosure: Sendable {
    /// The peer closed in an orderly way, or both sides did: what it sent before counts.
    case graceful
    /// The connection was lost, timed out or was cut off.
    case failed(any Error)
}
