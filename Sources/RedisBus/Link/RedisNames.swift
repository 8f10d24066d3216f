import BusCore
import NIOCore

/// The bytes that surround channel names on the wire, and the names of the bus's own channels.
struct RedisNames: Sendable {
    /// Put before every channel's name.
    let prefix: ByteBuffer
    /// What the names of the channels begin with on which this bus, and no other, receives its own probes; without the prefix.
    let probeStem: String
    /// The channel on which all nodes of an application tell that they live, without the prefix.
    let notes = ByteBuffer(string: "swift-hubs:nodes")
    /// The same with the prefix, as it arrives.
    let wireNotes: ByteBuffer

    /// Makes names whose probe channel no other bus shares.
    init(prefix: String) {
        let unique =
            String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
        self.prefix = ByteBuffer(string: prefix)
        self.probeStem = "swift-hubs:probe:\(unique)"
        self.wireNotes = Self.wire(self.prefix, self.notes)
    }

    /// A name as it stands on the wire.
    func wire(_ name: ByteBuffer) -> ByteBuffer { Self.wire(self.prefix, name) }

    private static func wire(_ prefix: ByteBuffer, _ name: ByteBuffer) -> ByteBuffer {
        var wire = prefix
        wire.writeImmutableBuffer(name)
        return wire
    }

    /// The name without the prefix, as a slice; nil if it is shorter than the prefix.
    @inline(__always)
    func stripped(_ channel: ByteBuffer) -> ByteBuffer? {
        guard channel.readableBytes >= self.prefix.readableBytes else { return nil }
        var channel = channel
        channel.moveReaderIndex(forwardBy: self.prefix.readableBytes)
        return channel
    }
}
