import FoundationEssentials
import NIOCore

/// Encodes any value as JSON.
enum JSONValueWriter {
    /// Appends a value; when it throws, what it had appended is for the caller to remove.
    static func encode<T: Encodable>(_ value: T, into buffer: inout ByteBuffer) throws(HubEncodingError) {
        if try writeScalar(value, into: &buffer) { return }
        let fragment = JSONFragment()
        swap(&fragment.buffer, &buffer)
        defer { swap(&fragment.buffer, &buffer) }
        let node = JSONEncoderNode(fragment)
        do { try value.encode(to: node) } catch { throw fragment.failure ?? HubEncodingError(from: error) }
        try node.finish()
        try fragment.fillHoles()
    }

    /// Appends a value whose type needs no `encode(to:)`.
    ///
    /// In specialised callers the comparisons of types fold away.
    ///
    /// - Returns: Whether the type is such a one.
    @inline(__always)
    static func writeScalar<T>(_ value: T, into buffer: inout ByteBuffer) throws(HubEncodingError) -> Bool {
        if T.self == String.self, let value = value as? String {
            JSONWriter.write(value, into: &buffer)
        } else if T.self == Int.self, let value = value as? Int {
            JSONWriter.write(value, into: &buffer)
        } else if T.self == Double.self, let value = value as? Double {
            try JSONWriter.write(value, into: &buffer)
        } else if T.self == Bool.self, let value = value as? Bool {
            JSONWriter.write(value, into: &buffer)
        } else {
            return try writeRareScalar(value, into: &buffer)
        }
        return true
    }

    private static func writeRareScalar<T>(_ value: T, into buffer: inout ByteBuffer) throws(HubEncodingError) -> Bool {
        if T.self == HubValue.self, let value = value as? HubValue {
            try JSONWriter.write(value, into: &buffer)
        } else if T.self == RawHubValue.self, let value = value as? RawHubValue {
            JSONWriter.write(value, into: &buffer)
        } else if T.self == Float.self, let value = value as? Float {
            try JSONWriter.write(value, into: &buffer)
        } else if T.self == Date.self, let value = value as? Date {
            try JSONWriter.write(value, into: &buffer)
        } else if T.self == Data.self, let value = value as? Data {
            JSONWriter.write(value, into: &buffer)
        } else if T.self == UUID.self, let value = value as? UUID {
            JSONWriter.write(value, into: &buffer)
        } else {
            return writeInteger(value, into: &buffer)
        }
        return true
    }

    private static func writeInteger<T>(_ value: T, into buffer: inout ByteBuffer) -> Bool {
        if T.self == Int64.self, let value = value as? Int64 {
            JSONWriter.write(value, into: &buffer)
        } else if T.self == Int32.self, let value = value as? Int32 {
            JSONWriter.write(value, into: &buffer)
        } else if T.self == UInt64.self, let value = value as? UInt64 {
            JSONWriter.write(value, into: &buffer)
        } else if T.self == UInt32.self, let value = value as? UInt32 {
            JSONWriter.write(value, into: &buffer)
        } else if T.self == UInt.self, let value = value as? UInt {
            JSONWriter.write(value, into: &buffer)
        } else if T.self == UInt8.self, let value = value as? UInt8 {
            JSONWriter.write(value, into: &buffer)
        } else if T.self == Int8.self, let value = value as? Int8 {
            JSONWriter.write(value, into: &buffer)
        } else if T.self == Int16.self, let value = value as? Int16 {
            JSONWriter.write(value, into: &buffer)
        } else if T.self == UInt16.self, let value = value as? UInt16 {
            JSONWriter.write(value, into: &buffer)
        } else {
            return false
        }
        return true
    }
}
