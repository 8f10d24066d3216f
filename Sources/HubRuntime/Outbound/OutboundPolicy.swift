/// What happens when a client does not read as fast as the hub sends to it.
public enum OutboundPolicy: Sendable, Hashable {
    /// The client is disconnected and told why; it may reconnect.
    case disconnect
    /// The oldest messages that were sent to it are dropped. Answers to its own invocations are not.
    case dropOldest
}
