import NIOCore

/// Writes commands for a Redis server as RESP2 arrays of bulk strings, straight into the bytes to be sent.
///
/// Source: the Redis serialization protocol specification, "Sending commands to a Redis server".
struct RedisCommandWriter: ~Copyable {
    /// The commands that have been written and not been taken.
    private(set) var bytes = ByteBuffer()

    /// The channel last published to, and what a `PUBLISH` to it begins with: a publisher mostly stays with a channel, and
    /// each piece written into a buffer has its price.
    private var latestChannel = ByteBuffer()
    private var latestKind = RedisChannelKind.ordinary
    private var latestHead = ByteBuffer()

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

    /// Writes `PUBLISH` or `SPUBLISH` of a payload on the channel whose name is a prefix and the rest.
    ///
    /// The prefix is the same in every call.
    mutating func publish(
        _ payload: ByteBuffer,
        to channel: ByteBuffer,
        prefix: ByteBuffer,
        kind: RedisChannelKind = .ordinary
    ) {
        if self.latestHead.readableBytes == 0 || self.latestKind != kind || self.latestChannel != channel {
            self.latestHead = Self.publishHead(channel, prefix, kind)
            self.latestChannel = channel
            self.latestKind = kind
        }
        self.bytes.reserveCapacity(
            minimumWritableBytes: 32 + self.latestHead.readableBytes + payload.readableBytes
        )
        self.bytes.writeImmutableBuffer(self.latestHead)
        self.writeLength(0x24, payload.readableBytes)
        self.bytes.writeImmutableBuffer(payload)
        self.writeLineEnd()
    }

    private static func publishHead(
        _ channel: ByteBuffer,
        _ prefix: ByteBuffer,
        _ kind: RedisChannelKind
    ) -> ByteBuffer {
        var writer = RedisCommandWriter()
        switch kind {
        case .ordinary: writer.bytes.writeStaticString("*3\r\n$7\r\nPUBLISH\r\n")
        case .shard: writer.bytes.writeStaticString("*3\r\n$8\r\nSPUBLISH\r\n")
        }
        writer.writeBulk(prefix, channel)
        return writer.bytes
    }

    /// Writes one `SUBSCRIBE` or `SSUBSCRIBE` of all these channels, each with the prefix before it.
    ///
    /// In a cluster, all the channels of one `SSUBSCRIBE` must have the same slot.
    mutating func subscribe(
        _ channels: some Collection<ByteBuffer>,
        prefix: ByteBuffer,
        kind: RedisChannelKind = .ordinary
    ) {
        let verb: StaticString = kind == .ordinary ? "$9\r\nSUBSCRIBE\r\n" : "$10\r\nSSUBSCRIBE\r\n"
        self.writeChannels(verb, channels, prefix)
    }

    /// Writes one `UNSUBSCRIBE` or `SUNSUBSCRIBE` of all these channels, each with the prefix before it.
    ///
    /// In a cluster, all the channels of one `SUNSUBSCRIBE` must have the same slot.
    mutating func unsubscribe(
        _ channels: some Collection<ByteBuffer>,
        prefix: ByteBuffer,
        kind: RedisChannelKind = .ordinary
    ) {
        let verb: StaticString = kind == .ordinary ? "$11\r\nUNSUBSCRIBE\r\n" : "$12\r\nSUNSUBSCRIBE\r\n"
        self.writeChannels(verb, channels, prefix)
    }

    /// Writes commands that have been written already.
    mutating func append(_ commands: ByteBuffer) {
        self.bytes.writeImmutableBuffer(commands)
    }

    /// Writes any command, such as `PING` or `AUTH` and its arguments.
    mutating func command(_ parts: String...) {
        self.command(parts)
    }

    /// Writes any command.
    mutating func command(_ parts: [String]) {
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

    private mutating func writeBulk(_ prefix: ByteBuffer, _ rest: ByteBuffer) {
        self.writeLength(0x24, prefix.readableBytes + rest.readableBytes)
        self.bytes.writeImmutableBuffer(prefix)
        self.bytes.writeImmutableBuffer(rest)
        self.writeLineEnd()
    }

    private mutating func writeLineEnd() {
        self.bytes.writeInteger(0x0D0A as UInt16)
    }

    /// Writes a mark, a number in decimal and a line end: up to five digits as one word.
    private mutating func writeLength(_ mark: UInt8, _ number: Int) {
        guard number < 100_000 else {
            self.bytes.writeInteger(mark)
            self.bytes.writeString(String(number))
            self.writeLineEnd()
            return
        }
        var line: UInt64 = 0x0D0A
        var count = 2
        var rest = UInt(number)
        repeat {
            let (quotient, remainder) = rest.quotientAndRemainder(dividingBy: 10)
            line |= UInt64(0x30 + remainder) << UInt64(8 * count)
            rest = quotient
            count += 1
        } while rest > 0
        line |= UInt64(mark) << UInt64(8 * count)
        count += 1
        self.bytes.writeInteger(line << UInt64(64 - 8 * count))
        if count < 8 { self.bytes.moveWriterIndex(to: self.bytes.writerIndex - 8 + count) }
    }
}
