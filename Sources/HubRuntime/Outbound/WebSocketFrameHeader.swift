package import NIOCore

/// The header that a server writes in front of an unfragmented WebSocket frame (RFC 6455 section 5.2).
package enum WebSocketFrameHeader {
    /// The longest header: two bytes and an 8-byte length.
    package static let maximumLength = 10

    /// Appends a header: final, unmasked, two to ten bytes.
    ///
    /// - Parameters:
    ///   - opcode: What the frame carries; 1 is text, 2 is binary.
    ///   - length: Bytes of payload that follow.
    ///   - buffer: Where the header is appended.
    package static func write(opcode: UInt8, length: Int, into buffer: inout ByteBuffer) {
        buffer.writeInteger(0x80 | opcode)
        switch length {
        case ..<126:
            buffer.writeInteger(UInt8(length))
        case ..<65_536:
            buffer.writeMultipleIntegers(UInt8(126), UInt16(length))
        default:
            buffer.writeMultipleIntegers(UInt8(127), UInt64(length))
        }
    }
}
