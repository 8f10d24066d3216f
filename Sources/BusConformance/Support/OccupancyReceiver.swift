import BusCore
import Synchronization

/// Notices calls that overlap or recurse: it counts how many calls are inside it.
final class OccupancyReceiver: BusReceiver {
    private let inside = Atomic<Int>(0)
    private let total = Atomic<Int>(0)
    private let overlapping = Atomic<Int>(0)
    private let work: Int

    /// - Parameter work: How long each call takes, in turns of a loop.
    init(work: Int = 100) {
        self.work = work
    }

    var isInside: Bool { self.inside.load(ordering: .acquiring) > 0 }
    var calls: Int { self.total.load(ordering: .acquiring) }
    /// How many calls began while another one ran.
    var overlaps: Int { self.overlapping.load(ordering: .acquiring) }

    func received(_ event: BusEvent) { self.occupy() }

    func readCompleted() { self.occupy() }

    private func occupy() {
        if self.inside.add(1, ordering: .acquiringAndReleasing).oldValue > 0 {
            self.overlapping.add(1, ordering: .acquiringAndReleasing)
        }
        // Adding to an atomic is work that the optimizer keeps.
        for _ in 0..<self.work { self.total.add(0, ordering: .relaxed) }
        self.total.add(1, ordering: .acquiringAndReleasing)
        self.inside.subtract(1, ordering: .acquiringAndReleasing)
    }
}
