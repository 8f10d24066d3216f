/// Bytes from a peer that are no message of the hub protocol.
///
/// The stream cannot be trusted after it: the connection must be closed, with ``message`` as the reason.
public struct HubProtocolError: Error, Sendable {
    /// What kind of violation it was.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: Sendable, Hashable { case malformed, invalidMessage, messageTooLarge, invalidHandshake }
        private let value: Value

        /// The bytes are not well-formed JSON, or not a well-formed frame.
        public static let malformed = Code(value: .malformed)
        /// The bytes are well-formed, and yet no message: a property is missing or of the wrong type.
        public static let invalidMessage = Code(value: .invalidMessage)
        /// A message is larger than the connection accepts.
        public static let messageTooLarge = Code(value: .messageTooLarge)
        /// The first bytes of the connection are no handshake.
        public static let invalidHandshake = Code(value: .invalidHandshake)

        /// The name of the code.
        public var description: String { "\(value)" }
    }

    /// What kind of violation it was.
    public let code: Code

    /// What happened, in the words that .NET's servers use where they have any.
    public let message: String

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - code: What kind of violation it was.
    ///   - message: What happened. It may be sent to the peer, so it carries no data of the application.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension HubProtocolError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "HubProtocolError(\(code)): \(message)" }
}
