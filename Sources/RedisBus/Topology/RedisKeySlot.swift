import NIOCore

/// The hash slot of a name in a Redis Cluster.
///
/// Source: the Redis cluster specification, "Key distribution model" and "Hash tags".
enum RedisKeySlot {
    /// How many slots a cluster has.
    static let count = 16_384

    /// The slot of the name that is made of a prefix and the rest.
    static func of(prefix: ByteBuffer, _ name: ByteBuffer) -> Int {
        guard prefix.readableBytes > 0 else { return Self.of(name.readableBytesView) }
        var whole = prefix
        whole.writeImmutableBuffer(name)
        return Self.of(whole.readableBytesView)
    }

    /// The slot of a name: of its hash tag, if it has one that is not empty.
    static func of(_ name: some Collection<UInt8>) -> Int {
        let open = UInt8(ascii: "{")
        let close = UInt8(ascii: "}")
        guard let start = name.firstIndex(of: open) else { return Self.hash(name) }
        let rest = name[name.index(after: start)...]
        guard let end = rest.firstIndex(of: close), end != rest.startIndex else { return Self.hash(name) }
        return Self.hash(rest[..<end])
    }

    /// CRC16 in its XMODEM variant, of which the lower 14 bits count.
    private static func hash(_ bytes: some Sequence<UInt8>) -> Int {
        var crc: UInt16 = 0
        for byte in bytes { crc = crc << 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: crc >> 8) ^ byte)] }
        return Int(crc) & (Self.count - 1)
    }

    private static let table: [UInt16] = (0..<256).map { byte in
        var crc = UInt16(byte) << 8
        for _ in 0..<8 { crc = crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
        return crc
    }
}
