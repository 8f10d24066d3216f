/// 128 random bits that name a connection: its public id, or the secret token that opens it.
///
/// Sixteen bytes in line, where the text form of 22 characters would be an allocation per connection.
struct ConnectionToken: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// - Parameters:
    ///   - high: The first eight bytes, the first of them highest.
    ///   - low: The last eight.
    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A new value from the system's cryptographic random source.
    ///
    /// - Returns: A value that can't be guessed.
    static func random() -> Self {
        var source = SystemRandomNumberGenerator()
        return Self(high: source.next(), low: source.next())
    }

    /// Reads the text form: 22 characters of base64url, and nothing that decodes to the same bytes otherwise.
    ///
    /// Nil for anything that ``text`` would not have written.
    ///
    /// - Parameter text: What a client sent.
    init?(_ text: String) {
        guard text.utf8.count == 22 else { return nil }
        var bits: (high: UInt64, low: UInt64) = (0, 0)
        for (position, character) in text.utf8.enumerated() {
            guard let digit = Base64URL.value(of: character) else { return nil }
            let isLast = position == 21
            guard !isLast || digit & 0x0F == 0 else { return nil }
            let width: UInt64 = isLast ? 2 : 6
            bits.high = bits.high << width | bits.low >> (64 - width)
            bits.low = bits.low << width | UInt64(isLast ? digit >> 4 : digit)
        }
        (high, low) = bits
    }

    /// The value as 22 characters of base64url without padding (RFC 4648 section 5).
    var text: String {
        var text = ""
        text.reserveCapacity(22)
        var bits = (high: high, low: low)
        for _ in 0..<22 {
            text.unicodeScalars.append(Base64URL.digit(UInt8(truncatingIfNeeded: bits.high >> 58)))
            bits.high = bits.high << 6 | bits.low >> 58
            bits.low <<= 6
        }
        return text
    }

    /// The value as 32 hexadecimal digits, as .NET writes the names of servers.
    var hexadecimal: String {
        [high, low].map { half in
            let digits = String(half, radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }
}

/// The digits of base64url (RFC 4648 section 5).
private enum Base64URL {
    static func digit(_ value: UInt8) -> Unicode.Scalar {
        switch value {
        case 0..<26: Unicode.Scalar(0x41 + value)
        case 26..<52: Unicode.Scalar(0x61 + value - 26)
        case 52..<62: Unicode.Scalar(0x30 + value - 52)
        case 62: "-"
        default: "_"
        }
    }

    static func value(of character: UInt8) -> UInt8? {
        switch character {
        case 0x41...0x5A: character - 0x41
        case 0x61...0x7A: character - 0x61 + 26
        case 0x30...0x39: character - 0x30 + 52
        case 0x2D: 62
        case 0x5F: 63
        default: nil
        }
    }
}
