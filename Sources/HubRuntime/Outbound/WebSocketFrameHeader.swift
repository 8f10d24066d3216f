import NIOCore

/// The header that a server writes in front of an unfragmented WebSocket message (RFC 6455, section 5.2).
enum WebSocketFrameHeader {
    /// The longest header: two bytes and an 8-byte length.
    static let maximumLength = 10

    static func write(payloadLength: Int, isBinary: Bool, into buffer: inout ByteBuffer) {
        // FIN is set, the reserved bits are not; opcode 1 is text, 2 is binary. A server does not mask.
        buffer.writeInteger(isBinary ? 0x82 : 0x81 as UInt8)
        switch payloadLength {
        case ..<126:
            buffer.writeInteger(UInt8(payloadLength))
        case ..<65_536:
            buffer.writeInteger(126 as UInt8)
            buffer.writeInteger(UInt16(payloadLength))
        default:
            buffer.writeInteger(127 as UInt8)
            buffer.writeInteger(UInt64(payloadLength))
        }
    }
}
