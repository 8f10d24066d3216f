/// The wish of a caller to end a call that is running (type 5).
public struct CancelInvocationMessage: Sendable, Hashable {
    /// The call to end.
    public var invocationID: String
    /// The headers of the message.
    public var headers: HubHeaders

    /// Creates a message.
    ///
    /// - Parameters:
    ///   - invocationID: The call to end.
    ///   - headers: The headers of the message.
    public init(invocationID: String, headers: HubHeaders = HubHeaders()) {
        self.invocationID = invocationID
        self.headers = headers
    }
}
