import NIOCore

/// The message that a bus sends to itself.
struct RedisProbe: Equatable {
    var token: UInt64
    /// The publishing part that sent it.
    var part: Int

    init(token: UInt64, part: Int) {
        self.token = token
        self.part = part
    }

    /// Reads a message on the probe channel; nil if it is none.
    init?(_ payload: ByteBuffer) {
        var payload = payload
        guard
            payload.readableBytes == 10, let token = payload.readInteger(as: UInt64.self),
            let part = payload.readInteger(as: UInt16.self)
        else { return nil }
        self.init(token: token, part: Int(part))
    }

    var payload: ByteBuffer {
        var payload = ByteBuffer(integer: self.token)
        payload.writeInteger(UInt16(truncatingIfNeeded: self.part))
        return payload
    }
}
