import NIOCore

/// The message that a bus sends to itself.
enum RedisProbe {
    static func payload(_ token: UInt64) -> ByteBuffer {
        ByteBuffer(integer: token)
    }

    /// The token in a message on the probe channel, nil if it is none.
    static func token(in payload: ByteBuffer) -> UInt64? {
        guard payload.readableBytes == MemoryLayout<UInt64>.size else { return nil }
        return payload.getInteger(at: payload.readerIndex)
    }
}
