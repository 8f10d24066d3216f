import NIOCore

/// In which form a connection takes hub messages: the codec and the framing decide, and all connections of one form share
/// the same bytes.
struct FrameFormat: Hashable {
    /// The number of the codec among the endpoint's.
    let codec: Int
    let framing: TransportFraming
    /// Whether the codec needs binary frames; the same for every format of a codec.
    let isBinary: Bool

    /// A small number that no other format of the endpoint has.
    var index: Int { self.codec * 2 + (self.framing == .webSocket ? 1 : 0) }

    /// How many indices a number of codecs takes.
    static func indexCount(codecs: Int) -> Int { codecs * 2 }

    /// Puts hub messages, framed as their protocol frames them, into one buffer for the transport.
    ///
    /// Always copies, so that what waits in queues keeps no larger read alive.
    ///
    /// - Parameter messages: One or more messages of this format's codec.
    /// - Returns: What to write to the transport.
    func frame(_ messages: some Collection<ByteBuffer>) -> ByteBuffer {
        var size = 0
        for message in messages { size += message.readableBytes + WebSocketFrameHeader.maximumLength }
        var buffer = ByteBuffer()
        buffer.reserveCapacity(size)
        for message in messages {
            if self.framing == .webSocket {
                let opcode: UInt8 = self.isBinary ? 2 : 1
                WebSocketFrameHeader.write(opcode: opcode, length: message.readableBytes, into: &buffer)
            }
            buffer.writeImmutableBuffer(message)
        }
        return buffer
    }
}
