import BusCore
import NIOCore

/// The bytes that surround channel names on the wire.
struct RedisNames: Sendable {
    /// Put before every channel's name.
    let prefix: ByteBuffer
    /// The channel of this bus on which it sends itself probes, without the prefix.
    let probeChannel: ByteBuffer
    /// The same with the prefix, as it arrives.
    let wireProbeChannel: ByteBuffer

    /// Makes names whose probe channel no other bus shares.
    init(prefix: String) {
        let unique =
            String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
        self.prefix = ByteBuffer(string: prefix)
        self.probeChannel = ByteBuffer(string: "swift-hubs:probe:\(unique)")
        var wire = self.prefix
        wire.writeImmutableBuffer(self.probeChannel)
        self.wireProbeChannel = wire
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
