import NIOCore

extension JSONWriter {
    /// Appends a text with its quotes: copied in one go, and written again only when something has to be escaped.
    static func write(_ text: String, into buffer: inout ByteBuffer) {
        buffer.writeInteger(JSONByte.quote)
        let start = buffer.writerIndex
        let length = buffer.writeString(text)
        let offset = start - buffer.readerIndex
        if let first = firstEscaped(buffer.readableBytesUInt8Span, from: offset) {
            escapeTail(of: &buffer, at: start + first - offset, length: length - (first - offset))
        }
        buffer.writeInteger(JSONByte.quote)
    }

    private static func mustEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == JSONByte.quote || byte == JSONByte.backslash || byte == JSONByte.delete
    }

    private static func firstEscaped(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        for position in start..<bytes.count where mustEscape(bytes[position]) { return position }
        return nil
    }

    /// Writes what follows an index again, with escapes.
    private static func escapeTail(of buffer: inout ByteBuffer, at index: Int, length: Int) {
        let tail = buffer.getBytes(at: index, length: length) ?? []
        buffer.moveWriterIndex(to: index)
        var rest = tail[...]
        while let position = rest.firstIndex(where: mustEscape) {
            buffer.writeBytes(rest[..<position])
            escape(rest[position], into: &buffer)
            rest = rest[(position + 1)...]
        }
        buffer.writeBytes(rest)
    }

    private static func escape(_ byte: UInt8, into buffer: inout ByteBuffer) {
        switch byte {
        case JSONByte.quote: buffer.writeStaticString("\\\"")
        case JSONByte.backslash: buffer.writeStaticString("\\\\")
        case 0x08: buffer.writeStaticString("\\b")
        case JSONByte.tab: buffer.writeStaticString("\\t")
        case JSONByte.lineFeed: buffer.writeStaticString("\\n")
        case 0x0C: buffer.writeStaticString("\\f")
        case JSONByte.carriageReturn: buffer.writeStaticString("\\r")
        default:
            buffer.writeStaticString(byte < 0x10 ? "\\u000" : "\\u00")
            buffer.writeString(String(byte, radix: 16, uppercase: true))
        }
    }
}
