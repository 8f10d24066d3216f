import NIOCore

/// Writes the header of a frame that a server sends: final, unmasked, two to ten bytes (RFC 6455 section 5.2).
enum WebSocketFrameHeader {
    /// The most that a control frame may carry, in bytes (RFC 6455 section 5.5).
    static let maximumControlLength = 125

    /// Appends the header of an unfragmented frame.
    ///
    /// - Parameters:
    ///   - opcode: What the frame carries.
    ///   - length: Bytes of payload that follow.
    ///   - buffer: Where the header is appended.
    static func write(_ opcode: WebSocketOpcode, length: Int, into buffer: inout ByteBuffer) {
        buffer.writeInteger(0x80 | opcode.rawValue)
        switch length {
        case 0..<126:
            buffer.writeInteger(UInt8(truncatingIfNeeded: length))
        case 126...0xFFFF:
            buffer.writeMultipleIntegers(UInt8(126), UInt16(truncatingIfNeeded: length))
        default:
            buffer.writeMultipleIntegers(UInt8(127), UInt64(length))
        }
    }
}
