import FoundationEssentials
import NIOCore

/// Appends JSON as .NET's servers write it: nothing but quotes, backslashes and control characters is escaped.
enum JSONWriter {
    static func null(into buffer: inout ByteBuffer) { buffer.writeStaticString("null") }

    static func write(_ value: Bool, into buffer: inout ByteBuffer) {
        buffer.writeStaticString(value ? "true" : "false")
    }

    static func write<T: FixedWidthInteger>(_ value: T, into buffer: inout ByteBuffer) {
        if value >= 0, value < 10 {
            buffer.writeInteger(JSONByte.zero &+ UInt8(truncatingIfNeeded: value))
        } else {
            buffer.writeString(String(value))
        }
    }

    /// The shortest form that reads back as the same number; whole numbers have no fraction.
    static func write<T: BinaryFloatingPoint & LosslessStringConvertible>(
        _ value: T,
        into buffer: inout ByteBuffer
    ) throws(HubEncodingError) {
        guard value.isFinite else {
            throw HubEncodingError(.unrepresentable, "JSON has no way to write \(value). Send null or a text instead.")
        }
        let text = value.description
        buffer.writeSubstring(text.hasSuffix(".0") ? text.dropLast(2) : text[...])
    }

    static func write(_ value: Data, into buffer: inout ByteBuffer) {
        buffer.writeInteger(JSONByte.quote)
        buffer.writeString(value.base64EncodedString())
        buffer.writeInteger(JSONByte.quote)
    }

    static func write(_ value: UUID, into buffer: inout ByteBuffer) {
        buffer.writeInteger(JSONByte.quote)
        buffer.writeString(value.uuidString.lowercased())
        buffer.writeInteger(JSONByte.quote)
    }

    static func write(_ value: Date, into buffer: inout ByteBuffer) throws(HubEncodingError) {
        guard let text = WireDate.format(value) else {
            throw HubEncodingError(.unrepresentable, "A date outside of the years 1 to 9999 cannot be written.")
        }
        buffer.writeInteger(JSONByte.quote)
        buffer.writeString(text)
        buffer.writeInteger(JSONByte.quote)
    }

    static func write(_ value: RawHubValue, into buffer: inout ByteBuffer) {
        switch value.format {
        case .json: buffer.writeImmutableBuffer(value.bytes)
        }
    }
}
