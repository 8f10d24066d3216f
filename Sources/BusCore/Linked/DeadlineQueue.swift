import HeapModule
import NIOCore

/// What happens to subscriptions at a later time.
///
/// Entries that have become meaningless are skipped when their time comes.
struct DeadlineQueue {
    enum Event {
        /// Give up the channel of this request if nobody is interested again.
        case lingerEnded(token: UInt64)
        /// Ask again for the channel of this request.
        case retry(token: UInt64)
        /// Report the outage that has begun, if it has not been.
        case outageReport
        /// Fail somebody who waits for an activation.
        case waiter(ActivationWaiter)
    }

    private struct Item: Comparable {
        let deadline: NIODeadline
        let order: UInt64
        let event: Event

        static func < (left: Item, right: Item) -> Bool {
            (left.deadline, left.order) < (right.deadline, right.order)
        }

        static func == (left: Item, right: Item) -> Bool {
            left.order == right.order
        }
    }

    private var heap = Heap<Item>()
    private var order: UInt64 = 0

    var next: NIODeadline? { self.heap.min?.deadline }

    mutating func add(_ event: Event, at deadline: NIODeadline) {
        self.order += 1
        self.heap.insert(Item(deadline: deadline, order: self.order, event: event))
    }

    /// Takes the first event that is due.
    mutating func popDue(_ now: NIODeadline) -> Event? {
        guard let first = self.heap.min, first.deadline <= now else { return nil }
        return self.heap.popMin()?.event
    }

    mutating func removeAll() {
        self.heap = Heap()
    }
}
