/// Why the runtime ended a connection, as ``Hub/disconnected(_:error:)`` learns it.
public struct HubConnectionError: Error, Sendable {
    /// The kind of failure.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable { case tooSlow, timedOut }

        private let kind: Kind

        /// The client did not read as fast as messages were sent to it.
        public static let tooSlow = Code(kind: .tooSlow)
        /// The client was silent for too long.
        public static let timedOut = Code(kind: .timedOut)

        /// The name of the code.
        public var description: String { self.kind.rawValue }
    }

    /// The kind of failure.
    public var code: Code

    /// What happened.
    public var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension HubConnectionError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(self.code): \(self.message)" }
}
