/// A value that cannot be written in the codec's format.
///
/// Nothing has been written when it is thrown, so the connection is unharmed.
public struct HubEncodingError: Error, Sendable {
    /// Why the value cannot be written.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: Sendable, Hashable { case unrepresentable, tooDeep, rejected }
        private let value: Value

        /// The format has no way to write the value, such as NaN in JSON.
        public static let unrepresentable = Code(value: .unrepresentable)
        /// The value is nested deeper than 64 levels; it may contain itself.
        public static let tooDeep = Code(value: .tooDeep)
        /// The value's own `encode(to:)` threw an error.
        public static let rejected = Code(value: .rejected)

        /// The name of the code.
        public var description: String { "\(value)" }
    }

    /// Why the value cannot be written.
    public let code: Code

    /// What cannot be written, and where.
    public let message: String

    /// The error that the value's `encode(to:)` threw, if it was one of its own.
    public let cause: (any Error)?

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - code: Why the value cannot be written.
    ///   - message: What cannot be written, and where.
    ///   - cause: The error behind it, if there is one.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

extension HubEncodingError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "HubEncodingError(\(code)): \(message)" }
}
