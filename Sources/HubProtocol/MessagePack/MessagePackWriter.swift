package import NIOCore

/// Writes MessagePack values, each in its smallest form.
///
/// Source: the MessagePack specification, "Formats".
package struct MessagePackWriter: Sendable {
    /// What has been written.
    package var buffer: ByteBuffer

    /// Creates a writer.
    ///
    /// - Parameter buffer: Where to append.
    package init(_ buffer: ByteBuffer = ByteBuffer()) {
        self.buffer = buffer
    }

    /// Writes nil.
    package mutating func writeNil() { buffer.writeInteger(0xC0 as UInt8) }

    /// Writes a boolean.
    ///
    /// - Parameter value: The value.
    package mutating func write(_ value: Bool) { buffer.writeInteger(value ? 0xC3 : 0xC2 as UInt8) }

    /// Writes an integer.
    ///
    /// - Parameter value: The value.
    package mutating func write(_ value: Int64) {
        switch value {
        case 0...: write(UInt64(value))
        case (-32)...: buffer.writeInteger(Int8(value))
        case Int64(Int8.min)...: tagged(0xD0, Int8(value))
        case Int64(Int16.min)...: tagged(0xD1, Int16(value))
        case Int64(Int32.min)...: tagged(0xD2, Int32(value))
        default: tagged(0xD3, value)
        }
    }

    /// Writes an integer.
    ///
    /// - Parameter value: The value.
    package mutating func write(_ value: Int) { write(Int64(value)) }

    /// Writes an integer.
    ///
    /// - Parameter value: The value.
    package mutating func write(_ value: UInt64) {
        switch value {
        case ...0x7F: buffer.writeInteger(UInt8(value))
        case ...0xFF: tagged(0xCC, UInt8(value))
        case ...0xFFFF: tagged(0xCD, UInt16(value))
        case ...0xFFFF_FFFF: tagged(0xCE, UInt32(value))
        default: tagged(0xCF, value)
        }
    }

    /// Writes a floating-point number of 32 bits.
    ///
    /// - Parameter value: The value.
    package mutating func write(_ value: Float) { tagged(0xCA, value.bitPattern) }

    /// Writes a floating-point number of 64 bits.
    ///
    /// - Parameter value: The value.
    package mutating func write(_ value: Double) { tagged(0xCB, value.bitPattern) }

    /// Writes a text.
    ///
    /// - Parameter value: The value.
    package mutating func write(_ value: String) {
        let length = value.utf8.count
        if length < 32 {
            buffer.writeInteger(0xA0 | UInt8(length))
        } else if length <= 0xFF {
            tagged(0xD9, UInt8(length))
        } else {
            writeLength(length, short: 0xDA, long: 0xDB)
        }
        buffer.writeString(value)
    }

    /// Writes bytes.
    ///
    /// - Parameter value: The readable bytes are written.
    package mutating func write(_ value: ByteBuffer) {
        let length = value.readableBytes
        if length <= 0xFF { tagged(0xC4, UInt8(length)) } else { writeLength(length, short: 0xC5, long: 0xC6) }
        buffer.writeImmutableBuffer(value)
    }

    /// Writes the beginning of an array; its values have to follow.
    ///
    /// - Parameter count: How many values follow.
    package mutating func writeArrayHeader(_ count: Int) {
        if count < 16 { buffer.writeInteger(0x90 | UInt8(count)) } else { writeLength(count, short: 0xDC, long: 0xDD) }
    }

    /// Writes the beginning of a map; its pairs have to follow.
    ///
    /// - Parameter count: How many pairs follow.
    package mutating func writeMapHeader(_ count: Int) {
        if count < 16 { buffer.writeInteger(0x80 | UInt8(count)) } else { writeLength(count, short: 0xDE, long: 0xDF) }
    }

    private mutating func tagged<T: FixedWidthInteger>(_ tag: UInt8, _ value: T) {
        buffer.writeMultipleIntegers(tag, value)
    }

    private mutating func writeLength(_ length: Int, short: UInt8, long: UInt8) {
        precondition(length >= 0 && length <= UInt32.max, "MessagePack counts to 2^32 - 1")
        if length <= 0xFFFF { tagged(short, UInt16(length)) } else { tagged(long, UInt32(length)) }
    }
}
