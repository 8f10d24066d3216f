package import NIOCore

/// Gives each channel a small number, its slot, and finds it by the bytes of the name: open addressing with linear probing.
///
/// A look-up by the bytes of a read needs no ``BusChannel`` and no allocation. Slots of removed channels are used again.
package struct ChannelSlots {
    private struct Bucket {
        /// The slot plus one; zero is empty.
        var slot: UInt32 = 0
        var hash: UInt32 = 0
    }

    private var buckets: [Bucket] = Array(repeating: Bucket(), count: 32)
    private var channels: [BusChannel?] = []
    private var freeSlots: [Int] = []
    /// How many channels there are.
    package private(set) var count = 0

    package init() {}

    /// The slot of a channel.
    package func slot(of channel: BusChannel) -> Int? {
        self.find(channel.hash, channel.bytes)
    }

    /// The slot of the channel with this name.
    package func slot(ofBytes bytes: ByteBuffer) -> Int? {
        self.find(ChannelHash.hash(bytes), bytes)
    }

    /// Adds a channel that is not there yet.
    ///
    /// - Returns: Its slot: a free one, or the number of slots so far.
    package mutating func insert(_ channel: BusChannel) -> Int {
        if (self.count + 1) * 4 > self.buckets.count * 3 { self.grow() }
        let slot = self.freeSlots.popLast() ?? self.channels.count
        if slot == self.channels.count { self.channels.append(channel) } else { self.channels[slot] = channel }
        self.place(slot, channel.hash)
        self.count += 1
        return slot
    }

    /// Removes the channel of a slot and closes the hole, so that no tombstones pile up.
    package mutating func remove(_ slot: Int) {
        guard let channel = self.channels[slot] else { return }
        var hole = self.home(channel.hash)
        while self.buckets[hole].slot != UInt32(slot + 1) { hole = (hole + 1) & self.mask }
        var next = (hole + 1) & self.mask
        while self.buckets[next].slot != 0 {
            let hash = self.channels[Int(self.buckets[next].slot) - 1]?.hash ?? 0
            if (next - self.home(hash)) & self.mask >= (next - hole) & self.mask {
                self.buckets[hole] = self.buckets[next]
                hole = next
            }
            next = (next + 1) & self.mask
        }
        self.buckets[hole] = Bucket()
        self.channels[slot] = nil
        self.freeSlots.append(slot)
        self.count -= 1
    }

    private var mask: Int { self.buckets.count - 1 }

    private func home(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & self.mask }

    private func find(_ hash: UInt64, _ bytes: ByteBuffer) -> Int? {
        let short = UInt32(truncatingIfNeeded: hash >> 32)
        var position = self.home(hash)
        while self.buckets[position].slot != 0 {
            if self.buckets[position].hash == short {
                let slot = Int(self.buckets[position].slot) - 1
                if self.channels[slot]?.bytes == bytes { return slot }
            }
            position = (position + 1) & self.mask
        }
        return nil
    }

    private mutating func place(_ slot: Int, _ hash: UInt64) {
        var position = self.home(hash)
        while self.buckets[position].slot != 0 { position = (position + 1) & self.mask }
        self.buckets[position] = Bucket(slot: UInt32(slot + 1), hash: UInt32(truncatingIfNeeded: hash >> 32))
    }

    private mutating func grow() {
        let old = self.buckets
        self.buckets = Array(repeating: Bucket(), count: old.count * 2)
        for bucket in old where bucket.slot != 0 {
            let slot = Int(bucket.slot) - 1
            self.place(slot, self.channels[slot]?.hash ?? 0)
        }
    }
}
