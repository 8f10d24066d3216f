/// Walks over JSON text and checks it: the strict grammar of RFC 8259 and valid UTF-8.
///
/// A scanner is only a position; the bytes are given to each call. Positions count from the first byte of the span.
struct JSONScanner {
    var index = 0

    init(at index: Int = 0) {
        self.index = index
    }

    func failure(_ reason: JSONSyntaxError.Reason) -> JSONSyntaxError {
        JSONSyntaxError(reason: reason, offset: index)
    }

    /// The next byte, not consumed.
    func peek(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> UInt8 {
        guard index < bytes.count else { throw failure(.unexpectedEnd) }
        return bytes[index]
    }

    mutating func skipSpace(_ bytes: Span<UInt8>) {
        while index < bytes.count {
            switch bytes[index] {
            case JSONByte.space, JSONByte.tab, JSONByte.lineFeed, JSONByte.carriageReturn: index += 1
            default: return
            }
        }
    }

    /// Consumes the byte after white space if it is the given one.
    mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        skipSpace(bytes)
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    mutating func expect(_ byte: UInt8, _ bytes: Span<UInt8>) throws(JSONSyntaxError) {
        if !take(byte, bytes) { throw failure(index < bytes.count ? .unexpectedByte : .unexpectedEnd) }
    }

    /// White space, and then nothing.
    mutating func expectEnd(_ bytes: Span<UInt8>) throws(JSONSyntaxError) {
        skipSpace(bytes)
        if index < bytes.count { throw failure(.unexpectedByte) }
    }

    /// The name of a member with the colon behind it.
    mutating func memberName(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> JSONText {
        skipSpace(bytes)
        guard try peek(bytes) == JSONByte.quote else { throw failure(.unexpectedByte) }
        let name = try text(bytes)
        try expect(JSONByte.colon, bytes)
        return name
    }

    /// One value with nothing but white space around it.
    mutating func wholeValue(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> Range<Int> {
        let range = try skipValue(bytes)
        try expectEnd(bytes)
        return range
    }
}
