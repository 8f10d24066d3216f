import Synchronization

/// The counts of a bus.
///
/// Only the driver writes them, one turn at a time; anybody may read them.
final class BusCounters: Sendable {
    let published = BusCounter()
    let refused = BusCounter()
    let indeterminate = BusCounter()
    let delivered = BusCounter()
    let unclaimed = BusCounter()
    let gaps = BusCounter()
    let reconnects = BusCounter()
    let malformed = BusCounter()
    let channels = BusCounter()
    /// Publishes that have their outcome, and the bytes of their payloads.
    let settledPublishes = BusCounter()
    let settledBytes = BusCounter()

    var statistics: BusStatistics {
        var statistics = BusStatistics()
        statistics.published = self.published.value
        statistics.refused = self.refused.value
        statistics.indeterminate = self.indeterminate.value
        statistics.delivered = self.delivered.value
        statistics.unclaimed = self.unclaimed.value
        statistics.gaps = self.gaps.value
        statistics.reconnects = self.reconnects.value
        statistics.malformed = self.malformed.value
        statistics.channels = self.channels.value
        return statistics
    }
}

/// A count with one writer at a time: an addition is a load and a store, not a locked instruction.
struct BusCounter: ~Copyable, Sendable {
    private let atomic = Atomic<Int>(0)

    var value: Int { self.atomic.load(ordering: .relaxed) }

    func add(_ number: Int = 1) {
        self.atomic.store(self.atomic.load(ordering: .relaxed) &+ number, ordering: .relaxed)
    }

    func set(_ number: Int) {
        self.atomic.store(number, ordering: .relaxed)
    }
}
