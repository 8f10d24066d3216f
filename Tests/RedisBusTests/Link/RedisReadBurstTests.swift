import NIOCore
import Testing

@testable import RedisBus

@Suite("Bursts of reads", .timeLimit(.minutes(1)))
struct RedisReadBurstTests {
    @Test func readsThatFillTheirBufferAddUp() {
        var burst = RedisReadBurst()
        burst.read(self.full(RedisReadBurst.suspicious - 64))
        #expect(!burst.isSuspicious)
        burst.read(self.full(64))
        #expect(burst.isSuspicious)
        #expect(burst.bytes == RedisReadBurst.suspicious)
    }

    @Test func aReadThatLeavesRoomHasEmptiedTheSocketAndEndsTheBurst() {
        var burst = RedisReadBurst()
        burst.read(self.full(RedisReadBurst.suspicious))
        var partial = ByteBufferAllocator().buffer(capacity: 64)
        partial.writeRepeatingByte(0, count: 10)
        burst.read(partial)
        #expect(burst.bytes == RedisReadBurst.suspicious + 10, "the end of a burst belongs to it")
        burst.read(partial)
        #expect(burst.bytes == 10)
        burst.read(self.full(64))
        #expect(burst.bytes == 64)
        #expect(!burst.isSuspicious)
    }

    /// A buffer without room; capacities are powers of two.
    private func full(_ count: Int) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeRepeatingByte(0, count: count)
        buffer.moveWriterIndex(to: buffer.capacity)
        buffer.moveReaderIndex(forwardBy: buffer.readableBytes - count)
        return buffer
    }
}
