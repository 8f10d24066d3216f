/// Why a server could not start.
public struct HubServerError: Error, CustomStringConvertible {
    /// The kind of failure.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case portInUse
            case addressNotAvailable
            case permissionDenied
            case cannotListen
            case invalidConfiguration
            case alreadyStarted
        }

        private let kind: Kind

        /// Another program listens on the port.
        public static let portInUse = Self(kind: .portInUse)
        /// The host name is unknown, or is not an address of this machine.
        public static let addressNotAvailable = Self(kind: .addressNotAvailable)
        /// The process may not listen on this port.
        public static let permissionDenied = Self(kind: .permissionDenied)
        /// The operating system refused for another reason.
        public static let cannotListen = Self(kind: .cannotListen)
        /// A value of the configuration makes no sense.
        public static let invalidConfiguration = Self(kind: .invalidConfiguration)
        /// The server was started before.
        ///
        /// A server can't be started again.
        public static let alreadyStarted = Self(kind: .alreadyStarted)

        /// The name of the code.
        public var description: String {
            kind.rawValue
        }
    }

    /// The kind of failure.
    public var code: Code

    /// What happened, what it means and what to do.
    public var message: String

    /// The error of the operating system, if there was one.
    public var cause: (any Error)?

    /// The message.
    public var description: String {
        message
    }
}
