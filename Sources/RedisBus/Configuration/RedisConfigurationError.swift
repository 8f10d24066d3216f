/// Why a connection string, URL or configuration value cannot be used.
///
/// The message names the option and says what would be right. It never quotes the string's values, since one of them may
/// be a password.
public struct RedisConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of mistake it is.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Kind: String {
            case malformed, unknownOption, invalidValue, notSupported, contradiction, unusableFile
        }

        private let kind: Kind

        /// The string is neither a connection string nor a URL.
        public static let malformed = Code(kind: .malformed)
        /// There is no such option.
        public static let unknownOption = Code(kind: .unknownOption)
        /// The option exists and its value makes no sense.
        public static let invalidValue = Code(kind: .invalidValue)
        /// This is understood, and cannot be done.
        public static let notSupported = Code(kind: .notSupported)
        /// One option excludes another, or is meaningless without another that is missing.
        public static let contradiction = Code(kind: .contradiction)
        /// A file of certificates or keys cannot be read, or is none.
        public static let unusableFile = Code(kind: .unusableFile)

        /// The name of the code.
        public var description: String { self.kind.rawValue }
    }

    /// What kind of mistake it is.
    public var code: Code

    /// The option that is wrong, if it is one.
    public var option: String?

    /// What is wrong and what to write instead.
    public var message: String

    init(_ code: Code, option: String? = nil, _ message: String) {
        self.code = code
        self.option = option
        self.message = message
    }

    init(_ code: Code, _ option: RedisOption, _ message: String) {
        self.init(code, option: option.rawValue, message)
    }

    /// The message.
    public var description: String { self.message }
}
