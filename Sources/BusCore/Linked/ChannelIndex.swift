import NIOCore

/// Finds the slot of a channel by the bytes of its name: open addressing with linear probing over a power of two.
///
/// A look-up by the bytes of a read needs no ``BusChannel`` and no allocation.
struct ChannelIndex {
    private struct Bucket {
        /// The slot plus one; zero is empty.
        var slot: UInt32 = 0
        var hash: UInt32 = 0
    }

    private var buckets: [Bucket]
    private(set) var count = 0

    init(minimumCapacity: Int = 16) {
        var capacity = 16
        while capacity < minimumCapacity * 2 { capacity *= 2 }
        self.buckets = Array(repeating: Bucket(), count: capacity)
    }

    private var mask: Int { self.buckets.count - 1 }

    /// Finds a slot whose hash matches and that `isMatch` accepts.
    @inline(__always)
    func find(_ hash: UInt64, where isMatch: (Int) -> Bool) -> Int? {
        let short = Self.short(hash)
        var position = Int(truncatingIfNeeded: hash) & self.mask
        while self.buckets[position].slot != 0 {
            let bucket = self.buckets[position]
            if bucket.hash == short, isMatch(Int(bucket.slot) - 1) { return Int(bucket.slot) - 1 }
            position = (position + 1) & self.mask
        }
        return nil
    }

    /// Adds a slot that is not there yet.
    ///
    /// - Parameter hashOfSlot: Gives the hash of any slot, for growing.
    mutating func insert(_ slot: Int, hash: UInt64, hashOfSlot: (Int) -> UInt64) {
        if (self.count + 1) * 4 > self.buckets.count * 3 { self.grow(hashOfSlot) }
        self.place(slot, hash)
        self.count += 1
    }

    /// Removes a slot and closes the hole, so that no tombstones pile up.
    mutating func remove(_ slot: Int, hash: UInt64, hashOfSlot: (Int) -> UInt64) {
        var hole = Int(truncatingIfNeeded: hash) & self.mask
        while self.buckets[hole].slot != UInt32(slot + 1) {
            guard self.buckets[hole].slot != 0 else { return }
            hole = (hole + 1) & self.mask
        }
        var next = (hole + 1) & self.mask
        while self.buckets[next].slot != 0 {
            let home = Int(truncatingIfNeeded: hashOfSlot(Int(self.buckets[next].slot) - 1)) & self.mask
            if (next - home) & self.mask >= (next - hole) & self.mask {
                self.buckets[hole] = self.buckets[next]
                hole = next
            }
            next = (next + 1) & self.mask
        }
        self.buckets[hole] = Bucket()
        self.count -= 1
    }

    private mutating func place(_ slot: Int, _ hash: UInt64) {
        var position = Int(truncatingIfNeeded: hash) & self.mask
        while self.buckets[position].slot != 0 { position = (position + 1) & self.mask }
        self.buckets[position] = Bucket(slot: UInt32(slot + 1), hash: Self.short(hash))
    }

    private mutating func grow(_ hashOfSlot: (Int) -> UInt64) {
        let old = self.buckets
        self.buckets = Array(repeating: Bucket(), count: old.count * 2)
        for bucket in old where bucket.slot != 0 {
            let slot = Int(bucket.slot) - 1
            self.place(slot, hashOfSlot(slot))
        }
    }

    private static func short(_ hash: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: hash >> 32) }
}
