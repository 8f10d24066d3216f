/// A message to a peer; its values are any encodable types.
///
/// Source: SignalR's hub protocol specification, "Message Types".
public enum OutgoingHubMessage: Sendable {
    /// Call a method (type 1); without an id the receiver does not answer.
    case invocation(
        invocationID: String?,
        target: String,
        arguments: [any Encodable & Sendable],
        streamIDs: [String] = [],
        headers: HubHeaders = HubHeaders()
    )
    /// Call a method whose result is a stream (type 4).
    case streamInvocation(
        invocationID: String,
        target: String,
        arguments: [any Encodable & Sendable],
        streamIDs: [String] = [],
        headers: HubHeaders = HubHeaders()
    )
    /// One item of a stream (type 2).
    case streamItem(invocationID: String, item: any Encodable & Sendable, headers: HubHeaders = HubHeaders())
    /// The end of a call or stream (type 3).
    case completion(invocationID: String, outcome: OutgoingOutcome, headers: HubHeaders = HubHeaders())
    /// End a running call (type 5).
    case cancelInvocation(invocationID: String, headers: HubHeaders = HubHeaders())
    /// A sign of life (type 6).
    case ping
    /// The sender closes the connection (type 7).
    case close(error: String?, allowReconnect: Bool)
    /// Everything up to a number has been received (type 8).
    case ack(sequenceID: Int64)
    /// The number of the first message that follows (type 9).
    case sequence(sequenceID: Int64)
}
