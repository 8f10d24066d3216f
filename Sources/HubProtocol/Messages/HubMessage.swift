/// A message that a peer sent.
///
/// Source: SignalR's hub protocol specification, "Message Types".
public enum HubMessage: Sendable {
    /// Call a method (type 1).
    case invocation(InvocationMessage)
    /// Call a method whose result is a stream (type 4); it always has an id.
    case streamInvocation(InvocationMessage)
    /// One item of a stream (type 2).
    case streamItem(StreamItemMessage)
    /// The end of a call or stream (type 3).
    case completion(CompletionMessage)
    /// End a running call (type 5).
    case cancelInvocation(CancelInvocationMessage)
    /// A sign of life (type 6).
    case ping
    /// The sender closes the connection (type 7).
    case close(CloseMessage)
    /// Everything up to a number has been received (type 8).
    case ack(sequenceID: Int64)
    /// The number of the first message that follows (type 9).
    case sequence(sequenceID: Int64)
    /// A type that this version does not know: consumed, and to be ignored by the receiver.
    case unknown(type: Int)
}
