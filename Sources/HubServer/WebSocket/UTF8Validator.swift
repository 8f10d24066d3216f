/// Checks UTF-8 as it arrives, across any split (RFC 3629; required for text messages by RFC 6455 section 8.1).
///
/// It rejects at the first byte that no valid text could hold, so overlong forms, surrogates and values above
/// U+10FFFF never get through.
struct UTF8Validator: Sendable {
    private var remaining: UInt8 = 0
    private var lower: UInt8 = 0x80
    private var upper: UInt8 = 0xBF

    /// Whether the text may end here: no character is cut in two.
    var isComplete: Bool {
        remaining == 0
    }

    /// Takes one byte.
    ///
    /// - Parameter byte: The next byte of the text.
    /// - Returns: Whether the text can still be valid.
    mutating func accept(_ byte: UInt8) -> Bool {
        guard remaining > 0 else { return begin(byte) }
        guard byte >= lower, byte <= upper else { return false }
        (lower, upper) = (0x80, 0xBF)
        remaining -= 1
        return true
    }

    /// Takes eight bytes at once; ASCII, which is nearly all of JSON, costs one test.
    ///
    /// - Parameter word: The next eight bytes, the first of them lowest.
    /// - Returns: Whether the text can still be valid.
    mutating func accept(word: UInt64) -> Bool {
        if remaining == 0, word & 0x8080_8080_8080_8080 == 0 { return true }
        var rest = word
        for _ in 0..<8 {
            guard accept(UInt8(truncatingIfNeeded: rest)) else { return false }
            rest >>= 8
        }
        return true
    }

    /// The first byte of a character decides how many follow and what the second may be.
    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: remaining = 1
        case 0xE0: (remaining, lower) = (2, 0xA0)
        case 0xED: (remaining, upper) = (2, 0x9F)
        case 0xE1...0xEF: remaining = 2
        case 0xF0: (remaining, lower) = (3, 0x90)
        case 0xF1...0xF3: remaining = 3
        case 0xF4: (remaining, upper) = (3, 0x8F)
        default: return false
        }
        return true
    }
}
