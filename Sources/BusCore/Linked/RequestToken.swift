/// The tokens of subscribe requests: a serial number, the part of the link and the slot of the channel.
enum RequestToken {
    private static let slotBits: UInt64 = 24
    static let maximumParts = 256

    static func make(serial: UInt32, part: Int, slot: Int) -> UInt64 {
        precondition(slot < 1 << Self.slotBits, "A bus holds at most 16,777,215 channels.")
        return UInt64(serial) << 32 | UInt64(part) << Self.slotBits | UInt64(slot)
    }

    static func slot(of token: UInt64) -> Int { Int(token & (1 << Self.slotBits - 1)) }

    static func part(of token: UInt64) -> Int { Int(token >> Self.slotBits & 0xFF) }
}
