import NIOCore
import NIOWebSocket

/// Everybody who is connected; confined to the event loop.
final class Audience {
    private let eventLoop: any EventLoop
    private let isCoalescing: Bool
    private var members: [ObjectIdentifier: ChannelHandlerContext] = [:]
    private var pending = ByteBuffer()

    init(eventLoop: any EventLoop, isCoalescing: Bool) {
        self.eventLoop = eventLoop
        self.isCoalescing = isCoalescing
    }

    /// Adds a connection by the context of its frame encoder: what is written there skips the encoder.
    func add(_ context: ChannelHandlerContext) {
        self.members[ObjectIdentifier(context)] = context
    }

    func remove(_ context: ChannelHandlerContext) {
        self.members[ObjectIdentifier(context)] = nil
    }

    /// Sends a text to everybody: at once, or together with what else this turn of the loop brings.
    func broadcast(_ text: ByteBuffer) {
        guard self.isCoalescing else { return self.writeToAll(Self.frame(text)) }
        if self.pending.readableBytes == 0 {
            let audience = NIOLoopBound(self, eventLoop: self.eventLoop)
            self.eventLoop.execute { audience.value.writePending() }
        }
        self.pending.writeImmutableBuffer(Self.frame(text))
    }

    private func writePending() {
        let frames = self.pending
        self.pending = ByteBuffer()
        self.writeToAll(frames)
    }

    private func writeToAll(_ bytes: ByteBuffer) {
        let data = NIOAny(bytes)
        for context in self.members.values {
            context.write(data, promise: nil)
            context.flush()
        }
    }

    /// An unmasked text frame, as in RFC 6455, section 5.2.
    private static func frame(_ text: ByteBuffer) -> ByteBuffer {
        var frame = ByteBuffer()
        frame.reserveCapacity(text.readableBytes + 4)
        frame.writeInteger(UInt8(0x81))
        if text.readableBytes < 126 {
            frame.writeInteger(UInt8(text.readableBytes))
        } else {
            frame.writeInteger(UInt8(126))
            frame.writeInteger(UInt16(text.readableBytes))
        }
        frame.writeImmutableBuffer(text)
        return frame
    }
}
