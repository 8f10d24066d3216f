import NIOCore

/// Turns texts of the wire into strings.
enum JSONUnescaping {
    /// The string that a text means, or nil when it contains an unpaired surrogate, which no string can hold.
    static func string(_ text: JSONText, in buffer: ByteBuffer) -> String? {
        if !text.hasEscapes { return buffer.text(text.range) }
        guard let bytes = unescape(text, buffer.readableBytesUInt8Span) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The UTF-8 that a text with escapes means.
    ///
    /// The text has been scanned, so its escapes are complete.
    static func unescape(_ text: JSONText, _ bytes: Span<UInt8>) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.end - text.start)
        var position = text.start
        while position < text.end {
            let byte = bytes[position]
            if byte != JSONByte.backslash {
                result.append(byte)
                position += 1
            } else if bytes[position + 1] != UInt8(ascii: "u") {
                result.append(simple(bytes[position + 1]))
                position += 2
            } else {
                guard let (scalar, length) = scalar(bytes, position) else { return nil }
                result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
                position += length
            }
        }
        return result
    }

    private static func simple(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "f"): 0x0C
        case UInt8(ascii: "n"): JSONByte.lineFeed
        case UInt8(ascii: "r"): JSONByte.carriageReturn
        case UInt8(ascii: "t"): JSONByte.tab
        default: letter
        }
    }

    /// The scalar of one escape or of a surrogate pair of two, and how many bytes it takes.
    private static func scalar(_ bytes: Span<UInt8>, _ position: Int) -> (Unicode.Scalar, Int)? {
        guard let high = JSONScanner.hexadecimal(bytes, position + 2) else { return nil }
        if let scalar = Unicode.Scalar(high) { return (scalar, 6) }
        guard high < 0xDC00, position + 7 < bytes.count, bytes[position + 6] == JSONByte.backslash,
            bytes[position + 7] == UInt8(ascii: "u"),
            let low = JSONScanner.hexadecimal(bytes, position + 8), low & 0xFC00 == 0xDC00
        else { return nil }
        let value = 0x10000 + (UInt32(high & 0x3FF) << 10 | UInt32(low & 0x3FF))
        return Unicode.Scalar(value).map { ($0, 12) }
    }
}
