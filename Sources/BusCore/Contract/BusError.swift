/// Why a bus could not do what was asked.
public struct BusError: Error, Sendable {
    /// The kind of failure, for decisions.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case notSent, indeterminate, payloadTooLarge, unauthorized, overloaded, closed, invalidChannel, timedOut
            case cancelled, linkFailed, refused
        }

        private let kind: Kind

        /// The publish did not leave this node: it is safe to try again.
        public static let notSent = Code(kind: .notSent)
        /// The publish had been handed to the link, and no answer came: it may or may not be delivered.
        public static let indeterminate = Code(kind: .indeterminate)
        /// The payload is larger than ``BusLimits/maximumPayloadBytes``; nothing was sent.
        public static let payloadTooLarge = Code(kind: .payloadTooLarge)
        /// The backend does not allow this channel to this user.
        public static let unauthorized = Code(kind: .unauthorized)
        /// More publishes are waiting for an answer than the bus allows; nothing was sent.
        public static let overloaded = Code(kind: .overloaded)
        /// The bus has been closed.
        public static let closed = Code(kind: .closed)
        /// A channel's name is empty or longer than ``BusLimits/maximumChannelBytes``.
        public static let invalidChannel = Code(kind: .invalidChannel)
        /// A subscription was not confirmed in time; it stays registered.
        public static let timedOut = Code(kind: .timedOut)
        /// The subscription was cancelled while it was waited for.
        public static let cancelled = Code(kind: .cancelled)
        /// The link to the backend could not be established, or was lost.
        public static let linkFailed = Code(kind: .linkFailed)
        /// The backend answered with an error that has no code of its own; the message quotes it.
        ///
        /// Nothing was executed.
        public static let refused = Code(kind: .refused)

        /// The name of the code.
        public var description: String { self.kind.rawValue }
    }

    /// The kind of failure.
    public var code: Code

    /// What happened, what it means and what to do.
    public var message: String

    /// The error underneath, if there is one.
    public var cause: (any Error)?

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - code: The kind of failure.
    ///   - message: What happened, what it means and what to do; without secrets.
    ///   - cause: The error underneath, if there is one.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

extension BusError: CustomStringConvertible {
    /// The code and the message.
    public var description: String {
        if let cause = self.cause { return "\(self.code): \(self.message) (\(cause))" }
        return "\(self.code): \(self.message)"
    }
}
