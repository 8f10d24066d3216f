/// Bytes that are not the MessagePack value that was expected.
package struct MessagePackError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with the bytes.
    package enum Reason: String, Sendable, Hashable {
        /// The bytes end in the middle of a value, or a count promises more than there is.
        case truncated = "the bytes end in the middle of a value"
        /// The value is of another type.
        case wrongType = "the value is of another type"
        /// The integer does not fit the type.
        case outOfRange = "the integer does not fit"
        /// The text is not UTF-8.
        case invalidUTF8 = "the text is not valid UTF-8"
        /// The byte 0xC1 begins no value.
        case reservedByte = "the byte 0xC1 begins no value"
    }

    /// What is wrong with the bytes.
    package let reason: Reason

    /// Where the value begins, counted from the first byte given to the reader.
    package let offset: Int

    /// The reason and the place.
    package var description: String { "MessagePack: at byte \(offset), \(reason.rawValue)." }
}
