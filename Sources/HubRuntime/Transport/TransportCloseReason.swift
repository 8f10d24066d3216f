/// Why the runtime closes a transport.
public struct TransportCloseReason: Sendable, Hashable {
    /// The kind of ending.
    ///
    /// A WebSocket transport maps it to a status code of RFC 6455, section 7.4.1.
    public enum Code: Sendable, Hashable {
        /// Both sides are done (1000).
        case normal
        /// The server stops (1001).
        case goingAway
        /// The peer broke the protocol (1002).
        case protocolError
        /// The peer did something it may not do, or did not keep up (1008).
        case policyViolation
        /// The peer sent a message that is too large (1009).
        case tooBig
        /// The server failed (1011).
        case internalError
    }

    /// The kind of ending.
    public var code: Code

    /// What happened, for the peer and for logs; without secrets.
    ///
    /// May be empty.
    public var text: String

    /// Creates a reason.
    ///
    /// - Parameters:
    ///   - code: The kind of ending.
    ///   - text: What happened.
    public init(_ code: Code, _ text: String = "") {
        self.code = code
        self.text = text
    }
}
