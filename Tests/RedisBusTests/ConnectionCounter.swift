import Synchronization

/// Numbers connections.
final class ConnectionCounter: Sendable {
    private let count = Atomic<Int>(0)

    /// The number of the next connection, counting from 0.
    func next() -> Int {
        self.count.add(1, ordering: .relaxed).oldValue
    }
}
