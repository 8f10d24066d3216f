extension JSONScanner {
    /// Scans a text, beginning at its opening quote.
    mutating func text(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> JSONText {
        var position = index + 1
        let start = position
        var hasEscapes = false
        let count = bytes.count
        while position < count {
            let byte = bytes[position]
            if byte == JSONByte.quote {
                index = position + 1
                return JSONText(start: start, end: position, hasEscapes: hasEscapes)
            }
            if byte == JSONByte.backslash {
                hasEscapes = true
                position = try Self.escapeEnd(bytes, position)
            } else if byte < 0x20 {
                throw JSONSyntaxError(reason: .invalidText, offset: position)
            } else if byte < 0x80 {
                position += 1
            } else {
                position = try Self.sequenceEnd(bytes, position)
            }
        }
        throw JSONSyntaxError(reason: .unexpectedEnd, offset: count)
    }

    /// Where the escape that begins at a backslash ends.
    private static func escapeEnd(_ bytes: Span<UInt8>, _ position: Int) throws(JSONSyntaxError) -> Int {
        guard position + 1 < bytes.count else { throw JSONSyntaxError(reason: .unexpectedEnd, offset: bytes.count) }
        switch bytes[position + 1] {
        case JSONByte.quote, JSONByte.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return position + 2
        case UInt8(ascii: "u"):
            guard hexadecimal(bytes, position + 2) != nil else {
                throw JSONSyntaxError(reason: .invalidText, offset: position)
            }
            return position + 6
        default:
            throw JSONSyntaxError(reason: .invalidText, offset: position)
        }
    }

    /// The number that four hexadecimal digits mean.
    static func hexadecimal(_ bytes: Span<UInt8>, _ position: Int) -> UInt16? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt16 = 0
        for offset in position..<position + 4 {
            let byte = bytes[offset]
            let letter = (byte | 0x20) &- UInt8(ascii: "a")
            let digit = JSONByte.isDigit(byte) ? byte &- JSONByte.zero : letter < 6 ? letter + 10 : 0xFF
            guard digit < 16 else { return nil }
            value = value << 4 | UInt16(digit)
        }
        return value
    }

    /// Where the UTF-8 sequence of two to four bytes that begins at a position ends.
    private static func sequenceEnd(_ bytes: Span<UInt8>, _ position: Int) throws(JSONSyntaxError) -> Int {
        // Source: The Unicode Standard, table 3-7, "Well-Formed UTF-8 Byte Sequences".
        let (length, second): (Int, ClosedRange<UInt8>) =
            switch bytes[position] {
            case 0xC2...0xDF: (2, 0x80...0xBF)
            case 0xE0: (3, 0xA0...0xBF)
            case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
            case 0xED: (3, 0x80...0x9F)
            case 0xF0: (4, 0x90...0xBF)
            case 0xF1...0xF3: (4, 0x80...0xBF)
            case 0xF4: (4, 0x80...0x8F)
            default: (0, 0x80...0xBF)
            }
        guard length > 0, position + length <= bytes.count, second.contains(bytes[position + 1]) else {
            throw JSONSyntaxError(reason: .invalidUTF8, offset: position)
        }
        for offset in position + 2..<max(position + 2, position + length) where bytes[offset] & 0xC0 != 0x80 {
            throw JSONSyntaxError(reason: .invalidUTF8, offset: position)
        }
        return position + length
    }
}
