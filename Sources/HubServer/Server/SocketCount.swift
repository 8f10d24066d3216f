import Synchronization

/// How many WebSockets are open, on all loops.
final class SocketCount: Sendable {
    private let count = Atomic(0)

    var value: Int {
        count.load(ordering: .relaxed)
    }

    func opened() {
        count.add(1, ordering: .relaxed)
    }

    func closed() {
        count.subtract(1, ordering: .relaxed)
    }
}
