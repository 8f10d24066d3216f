/// A call of a method at the receiver: an Invocation (type 1) or a StreamInvocation (type 4).
public struct InvocationMessage: Sendable {
    /// Names the call in its completion; nil when the caller wants no answer, not even an error.
    public var invocationID: String?
    /// The name of the method.
    public var target: String
    /// The arguments, each decoded when it is asked for.
    public var arguments: RawHubArguments
    /// The streams that the caller sends along with the arguments, in the order of the method's stream parameters.
    public var streamIDs: [String]
    /// The headers of the message.
    public var headers: HubHeaders

    /// Creates a message.
    ///
    /// - Parameters:
    ///   - invocationID: Names the call in its completion; nil when no answer is wanted.
    ///   - target: The name of the method.
    ///   - arguments: The arguments.
    ///   - streamIDs: The streams that the caller sends.
    ///   - headers: The headers of the message.
    public init(
        invocationID: String?,
        target: String,
        arguments: RawHubArguments,
        streamIDs: [String] = [],
        headers: HubHeaders = HubHeaders()
    ) {
        self.invocationID = invocationID
        self.target = target
        self.arguments = arguments
        self.streamIDs = streamIDs
        self.headers = headers
    }
}
