import NIOCore

/// Writes commands for a Redis server as RESP2 arrays of bulk strings, straight into the bytes to be sent.
///
/// Source: the Redis serialization protocol specification, "Sending commands to a Redis server".
struct RedisCommandWriter: ~Copyable {
    /// The commands that have been written and not been taken.
    private(set) var bytes = ByteBuffer()

    /// A buffer that has grown beyond this many bytes is not used again.
    private static let keptCapacity = 256 * 1024

    /// Whether there is something to send.
    var hasCommands: Bool { self.bytes.readableBytes > 0 }

    /// Starts anew after ``bytes`` have been handed to be sent.
    ///
    /// Uses the same memory if it has been sent already, as is usual.
    mutating func reuse() {
        if self.bytes.capacity > Self.keptCapacity {
            self.bytes = ByteBuffer()
        } else {
            self.bytes.clear()
        }
    }

    /// Writes `PUBLISH` of a payload on the channel whose name is a prefix and the rest.
    mutating func publish(_ payload: ByteBuffer, to channel: ByteBuffer, prefix: ByteBuffer) {
        self.bytes.reserveCapacity(
            minimumWritableBytes: 64 + prefix.readableBytes + channel.readableBytes + payload.readableBytes
        )
        self.bytes.writeStaticString("*3\r\n$7\r\nPUBLISH\r\n")
        self.writeBulk(prefix, channel)
        self.writeBulk(payload)
    }

    /// Writes one `SUBSCRIBE` of all these channels, each with the prefix before it.
    mutating func subscribe(_ channels: some Collection<ByteBuffer>, prefix: ByteBuffer) {
        self.writeChannels("$9\r\nSUBSCRIBE\r\n", channels, prefix)
    }

    /// Writes one `UNSUBSCRIBE` of all these channels, each with the prefix before it.
    mutating func unsubscribe(_ channels: some Collection<ByteBuffer>, prefix: ByteBuffer) {
        self.writeChannels("$11\r\nUNSUBSCRIBE\r\n", channels, prefix)
    }

    /// Writes any command, such as `PING` or `AUTH` and its arguments.
    mutating func command(_ parts: String...) {
        self.writeLength(0x2A, parts.count)
        for part in parts {
            self.writeLength(0x24, part.utf8.count)
            self.bytes.writeString(part)
            self.writeLineEnd()
        }
    }

    private mutating func writeChannels(
        _ verb: StaticString,
        _ channels: some Collection<ByteBuffer>,
        _ prefix: ByteBuffer
    ) {
        precondition(!channels.isEmpty, "a command without channels means all channels")
        self.writeLength(0x2A, channels.count + 1)
        self.bytes.writeStaticString(verb)
        for channel in channels {
            self.writeBulk(prefix, channel)
        }
    }

    private mutating func writeBulk(_ part: ByteBuffer) {
        self.writeLength(0x24, part.readableBytes)
        self.bytes.writeImmutableBuffer(part)
        self.writeLineEnd()
    }

    private mutating func writeBulk(_ prefix: ByteBuffer, _ rest: ByteBuffer) {
        self.writeLength(0x24, prefix.readableBytes + rest.readableBytes)
        self.bytes.writeImmutableBuffer(prefix)
        self.bytes.writeImmutableBuffer(rest)
        self.writeLineEnd()
    }

    private mutating func writeLineEnd() {
        self.bytes.writeInteger(0x0D0A as UInt16)
    }

    /// Writes a mark, a number in decimal and a line end.
    private mutating func writeLength(_ mark: UInt8, _ number: Int) {
        var digits: UInt64 = 0
        var count = 0
        var rest = UInt(number)
        // Eight digits fill the word from its end; lengths beyond that go the slow way.
        guard rest < 100_000_000 else {
            self.bytes.writeInteger(mark)
            self.bytes.writeString(String(rest))
            self.writeLineEnd()
            return
        }
        repeat {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
            digits |= UInt64(0x30 + remainder) << UInt64(8 * count)
            rest = quotient
            count += 1
        } while rest > 0
        self.bytes.writeInteger(mark)
        self.bytes.writeInteger(digits << UInt64(64 - 8 * count))
        self.bytes.moveWriterIndex(to: self.bytes.writerIndex - 8 + count)
        self.writeLineEnd()
    }
}
