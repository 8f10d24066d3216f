/// A value of a peer that does not fit the type it should become.
///
/// It concerns one call and never the connection: the caller gets an error, and everything else goes on.
public struct HubBindingError: Error, Sendable {
    /// Why the value does not fit.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: Sendable, Hashable {
            case wrongType, missingValue, outOfRange, invalidText, tooDeep, rejected
        }
        private let value: Value

        /// The value is of another type, such as text where a number is expected.
        public static let wrongType = Code(value: .wrongType)
        /// A required property is missing, or the value is null where null is not allowed.
        public static let missingValue = Code(value: .missingValue)
        /// A number does not fit the type.
        public static let outOfRange = Code(value: .outOfRange)
        /// A text is not valid: an unpaired surrogate, or not the date, UUID or base64 that it should be.
        public static let invalidText = Code(value: .invalidText)
        /// The value is nested deeper than 64 levels.
        public static let tooDeep = Code(value: .tooDeep)
        /// The type's own `init(from:)` refused the value.
        public static let rejected = Code(value: .rejected)

        /// The name of the code.
        public var description: String { "\(value)" }
    }

    /// Why the value does not fit.
    public let code: Code

    /// What was expected, what was found, and where.
    public let message: String

    /// The error that the type's `init(from:)` threw, if it was one of its own.
    public let cause: (any Error)?

    /// Creates an error.
    ///
    /// - Parameters:
    ///   - code: Why the value does not fit.
    ///   - message: What was expected, what was found, and where. The value itself is not part of it.
    ///   - cause: The error behind it, if there is one.
    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }
}

extension HubBindingError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "HubBindingError(\(code)): \(message)" }
}
