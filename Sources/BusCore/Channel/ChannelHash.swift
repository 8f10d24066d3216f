package import NIOCore

/// A fast hash over the bytes of a channel name.
///
/// Eight bytes are mixed at a time with a 64 by 64 to 128 bit multiplication, as wyhash does. The seed is drawn once per
/// process, so that group names chosen by clients cannot be made to collide on purpose.
package enum ChannelHash {
    private static let seed: UInt64 = UInt64.random(in: .min ... .max) | 1

    /// Hashes the readable bytes of a buffer.
    package static func hash(_ bytes: ByteBuffer) -> UInt64 {
        var state = Self.seed
        var index = bytes.readerIndex
        let end = bytes.writerIndex
        while end - index >= 8, let word = bytes.getInteger(at: index, endianness: .little, as: UInt64.self) {
            state = Self.mix(state ^ word, 0x9E37_79B9_7F4A_7C15)
            index += 8
        }
        state = Self.mix(state ^ Self.tail(of: bytes, from: index, to: end), 0xE703_7ED1_A0B4_28DB)
        return Self.mix(state ^ UInt64(bytes.readableBytes), 0x8EBC_6AF0_9C88_C6E3)
    }

    @inline(__always)
    private static func tail(of bytes: ByteBuffer, from start: Int, to end: Int) -> UInt64 {
        var tail: UInt64 = 0
        var index = start
        if end - index >= 4, let word = bytes.getInteger(at: index, endianness: .little, as: UInt32.self) {
            tail = UInt64(word)
            index += 4
        }
        while index < end, let byte = bytes.getInteger(at: index, as: UInt8.self) {
            tail = (tail << 8) | UInt64(byte)
            index += 1
        }
        return tail
    }

    @inline(__always)
    private static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}
