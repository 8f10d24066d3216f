import NIOCore

/// What the payloads of the checks carry: who published it, and its number in that publisher's sequence on the channel.
struct Stamp: Hashable, Sendable {
    private static let magic: UInt32 = 0x4855_4253
    static let byteCount = 16

    var publisher: UInt32
    var sequence: UInt64

    init(publisher: UInt32, sequence: UInt64) {
        self.publisher = publisher
        self.sequence = sequence
    }

    /// Reads a stamp; nil if the payload is not one of the checks' own.
    init?(_ payload: ByteBuffer) {
        var payload = payload
        guard payload.readInteger(as: UInt32.self) == Self.magic,
            let publisher = payload.readInteger(as: UInt32.self),
            let sequence = payload.readInteger(as: UInt64.self)
        else { return nil }
        self.init(publisher: publisher, sequence: sequence)
    }

    /// The payload, filled up with zeros to a size.
    func payload(size: Int = Stamp.byteCount) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(max(size, Self.byteCount))
        buffer.writeInteger(Self.magic)
        buffer.writeInteger(self.publisher)
        buffer.writeInteger(self.sequence)
        buffer.writeRepeatingByte(0, count: max(0, size - Self.byteCount))
        return buffer
    }
}
