import NIOCore

/// Writes commands for a Redis server as RESP2 arrays of bulk strings, straight into the bytes to be sent.
///
/// Source: the Redis serialization protocol specification, "Sending commands to a Redis server".
struct RedisCommandWriter: ~Copyable {
    /// The commands that have been written and not been taken.
    private(set) var bytes = ByteBuffer()

    /// Takes the commands written so far.
    ///
    /// The next commands go into the returned buffer's storage no more, so that nothing is copied while it is sent.
    mutating func take() -> ByteBuffer {
        let taken = bytes
        bytes = ByteBuffer()
        return taken
    }

    /// Takes the commands written so far, and writes the next ones into a buffer that has been sent.
    ///
    /// - Parameter spare: A buffer of which nobody holds a copy any more; its bytes are forgotten.
    mutating func take(continuingIn spare: consuming ByteBuffer) -> ByteBuffer {
        let taken = bytes
        spare.clear()
        bytes = spare
        return taken
    }

    /// Writes `PUBLISH` of a payload on the channel whose name is a prefix and the rest.
    mutating func publish(_ payload: ByteBuffer, to channel: ByteBuffer, prefix: ByteBuffer) {
        bytes.reserveCapacity(
            minimumWritableBytes: 64 + prefix.readableBytes + channel.readableBytes + payload.readableBytes
        )
        bytes.writeStaticString("*3\r\n$7\r\nPUBLISH\r\n")
        writeBulk(prefix, channel)
        writeBulk(payload)
    }

    /// Writes one `SUBSCRIBE` of all these channels, each with the prefix before it.
    mutating func subscribe(_ channels: some Collection<ByteBuffer>, prefix: ByteBuffer) {
        writeChannels("$9\r\nSUBSCRIBE\r\n", channels, prefix)
    }

    /// Writes one `UNSUBSCRIBE` of all these channels, each with the prefix before it.
    mutating func unsubscribe(_ channels: some Collection<ByteBuffer>, prefix: ByteBuffer) {
        writeChannels("$11\r\nUNSUBSCRIBE\r\n", channels, prefix)
    }

    /// Writes any command, such as `PING` or `AUTH` and its arguments.
    mutating func command(_ parts: String...) {
        writeLength(0x2A, parts.count)
        for part in parts {
            writeLength(0x24, part.utf8.count)
            bytes.writeString(part)
            writeLineEnd()
        }
    }

    private mutating func writeChannels(
        _ verb: StaticString,
        _ channels: some Collection<ByteBuffer>,
        _ prefix: ByteBuffer
    ) {
        precondition(!channels.isEmpty, "a command without channels means all channels")
        writeLength(0x2A, channels.count + 1)
        bytes.writeStaticString(verb)
        for channel in channels {
            writeBulk(prefix, channel)
        }
    }

    private mutating func writeBulk(_ part: ByteBuffer) {
        writeLength(0x24, part.readableBytes)
        bytes.writeImmutableBuffer(part)
        writeLineEnd()
    }

    private mutating func writeBulk(_ prefix: ByteBuffer, _ rest: ByteBuffer) {
        writeLength(0x24, prefix.readableBytes + rest.readableBytes)
        bytes.writeImmutableBuffer(prefix)
        bytes.writeImmutableBuffer(rest)
        writeLineEnd()
    }

    private mutating func writeLineEnd() {
        bytes.writeInteger(0x0D0A as UInt16)
    }

    /// Writes a mark, a number in decimal and a line end.
    private mutating func writeLength(_ mark: UInt8, _ number: Int) {
        var digits: UInt64 = 0
        var count = 0
        var rest = UInt(number)
        // Eight digits fill the word from its end; lengths beyond that go the slow way.
        guard rest < 100_000_000 else {
            bytes.writeInteger(mark)
            bytes.writeString(String(rest))
            writeLineEnd()
            return
        }
        repeat {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
            digits |= UInt64(0x30 + remainder) << UInt64(8 * count)
            rest = quotient
            count += 1
        } while rest > 0
        bytes.writeInteger(mark)
        bytes.writeInteger(digits << UInt64(64 - 8 * count))
        bytes.moveWriterIndex(to: bytes.writerIndex - 8 + count)
        writeLineEnd()
    }
}
