import FoundationEssentials
import NIOCore

/// Reads values that are no containers, directly from their bytes.
///
/// Every range given here holds one value that has been scanned.
enum JSONScalar {
    static func kind(_ buffer: ByteBuffer, _ range: Range<Int>) -> JSONKind {
        JSONKind(firstByte: buffer.readableBytesUInt8Span[range.lowerBound])
    }

    /// Reads a value whose type needs no `init(from:)`.
    ///
    /// In specialised callers the comparisons of types fold away.
    ///
    /// - Returns: The value, or nil when the type is another one.
    @inline(__always)
    static func read<T>(_ type: T.Type, _ buffer: ByteBuffer, _ range: Range<Int>) throws(HubBindingError) -> T? {
        if T.self == String.self { return try string(buffer, range) as? T }
        if T.self == Int.self { return try integer(Int.self, buffer, range) as? T }
        if T.self == Double.self { return try float(Double.self, buffer, range) as? T }
        if T.self == Bool.self { return try bool(buffer, range) as? T }
        return try readRare(type, buffer, range)
    }

    private static func readRare<T>(
        _ type: T.Type,
        _ buffer: ByteBuffer,
        _ range: Range<Int>
    ) throws(HubBindingError) -> T? {
        if T.self == HubValue.self { return try JSONValueReader.hubValue(buffer, range) as? T }
        if T.self == RawHubValue.self {
            return RawHubValue(checkedBytes: buffer.slice(range), format: .json) as? T
        }
        if T.self == Int64.self { return try integer(Int64.self, buffer, range) as? T }
        if T.self == Int32.self { return try integer(Int32.self, buffer, range) as? T }
        if T.self == UInt64.self { return try integer(UInt64.self, buffer, range) as? T }
        if T.self == UInt32.self { return try integer(UInt32.self, buffer, range) as? T }
        if T.self == UInt.self { return try integer(UInt.self, buffer, range) as? T }
        if T.self == UInt8.self { return try integer(UInt8.self, buffer, range) as? T }
        if T.self == Int8.self { return try integer(Int8.self, buffer, range) as? T }
        if T.self == Int16.self { return try integer(Int16.self, buffer, range) as? T }
        if T.self == UInt16.self { return try integer(UInt16.self, buffer, range) as? T }
        if T.self == Float.self { return try float(Float.self, buffer, range) as? T }
        if T.self == Date.self { return try date(buffer, range) as? T }
        if T.self == Data.self { return try data(buffer, range) as? T }
        if T.self == UUID.self { return try uuid(buffer, range) as? T }
        return nil
    }

    static func string(_ buffer: ByteBuffer, _ range: Range<Int>) throws(HubBindingError) -> String {
        try require(.text, buffer, range)
        let inner = range.lowerBound + 1..<range.upperBound - 1
        let hasEscapes = contains(JSONByte.backslash, buffer.readableBytesUInt8Span, inner)
        let text = JSONText(start: inner.lowerBound, end: inner.upperBound, hasEscapes: hasEscapes)
        guard let string = JSONUnescaping.string(text, in: buffer) else {
            throw HubBindingError(.invalidText, "A text contains an unpaired surrogate, which no string can hold.")
        }
        return string
    }

    static func bool(_ buffer: ByteBuffer, _ range: Range<Int>) throws(HubBindingError) -> Bool {
        try require(.bool, buffer, range)
        return buffer.readableBytesUInt8Span[range.lowerBound] == UInt8(ascii: "t")
    }

    static func date(_ buffer: ByteBuffer, _ range: Range<Int>) throws(HubBindingError) -> Date {
        guard let date = WireDate.parse(try string(buffer, range)) else {
            throw HubBindingError(.invalidText, "Expected a date such as 2017-04-11T00:00:00Z, found another text.")
        }
        return date
    }

    static func data(_ buffer: ByteBuffer, _ range: Range<Int>) throws(HubBindingError) -> Data {
        guard let data = Data(base64Encoded: try string(buffer, range)) else {
            throw HubBindingError(.invalidText, "Expected base64, found another text.")
        }
        return data
    }

    static func uuid(_ buffer: ByteBuffer, _ range: Range<Int>) throws(HubBindingError) -> UUID {
        guard let uuid = UUID(uuidString: try string(buffer, range)) else {
            throw HubBindingError(.invalidText, "Expected a UUID, found another text.")
        }
        return uuid
    }

    static func require(_ expected: JSONKind, _ buffer: ByteBuffer, _ range: Range<Int>) throws(HubBindingError) {
        let found = kind(buffer, range)
        guard found != expected else { return }
        throw HubBindingError(
            found == .null ? .missingValue : .wrongType,
            "Expected \(expected.rawValue), found \(found.rawValue)."
        )
    }

    private static func contains(_ byte: UInt8, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for position in range where bytes[position] == byte { return true }
        return false
    }
}
