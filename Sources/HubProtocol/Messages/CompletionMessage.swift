/// The end of a call or of a stream (type 3).
public struct CompletionMessage: Sendable {
    /// How a call or a stream ended.
    public enum Outcome: Sendable {
        /// It failed, with a text for the caller.
        case error(String)
        /// It succeeded and has no result.
        case void
        /// It succeeded with a result.
        case result(RawHubValue)
    }

    /// The call or upload that ended.
    public var invocationID: String
    /// How it ended.
    public var outcome: Outcome
    /// The headers of the message.
    public var headers: HubHeaders

    /// Creates a message.
    ///
    /// - Parameters:
    ///   - invocationID: The call or upload that ended.
    ///   - outcome: How it ended.
    ///   - headers: The headers of the message.
    public init(invocationID: String, outcome: Outcome, headers: HubHeaders = HubHeaders()) {
        self.invocationID = invocationID
        self.outcome = outcome
        self.headers = headers
    }
}
