import BusCore

/// Why a send or a group change did not do what was asked.
public struct BackplaneError: Error, Sendable {
    /// The kind of failure.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case notSent, indeterminate, refused, closed, unencodable, timedOut, connectionNotFound
        }

        private let kind: Kind

        /// The bus was not connected, and no connection of this node was concerned: nobody got anything.
        ///
        /// Safe to try again.
        public static let notSent = Code(kind: .notSent)
        /// The bus had taken it and never answered: it may or may not arrive.
        public static let indeterminate = Code(kind: .indeterminate)
        /// The bus did not accept it; the cause tells why.
        public static let refused = Code(kind: .refused)
        /// The endpoint or the bus has been closed.
        public static let closed = Code(kind: .closed)
        /// An argument has no form in a protocol of the hub.
        public static let unencodable = Code(kind: .unencodable)
        /// No node confirmed it in time: it may or may not have happened.
        public static let timedOut = Code(kind: .timedOut)
        /// No node has a connection of that id.
        public static let connectionNotFound = Code(kind: .connectionNotFound)

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

    /// What a publish that failed means to somebody who sends.
    init(_ error: BusError) {
        switch error.code {
        case .notSent:
            self.init(.notSent, "The bus is not connected, and nobody got the message. \(error.message)", cause: error)
        case .indeterminate:
            self.init(.indeterminate, "Whether the message arrives is unknown. \(error.message)", cause: error)
        case .closed:
            self.init(.closed, "The bus has been closed. \(error.message)", cause: error)
        default:
            self.init(.refused, "The bus did not accept the message; nobody got it. \(error.message)", cause: error)
        }
    }
}

extension BackplaneError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(self.code): \(self.message)" }
}
