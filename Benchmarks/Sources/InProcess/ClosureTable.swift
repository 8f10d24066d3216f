import NIOCore
import Synchronization

/// The reference, and what remains of a bus when it promises nothing: closures in a table under a Mutex.
final class ClosureTable: Sendable {
    /// What a subscriber is given.
    struct Message: Sendable {
        var topic: String
        var payload: ByteBuffer
    }

    private let table = Mutex<[String: [@Sendable (Message) -> Void]]>([:])

    func subscribe(to topic: String, _ body: @escaping @Sendable (Message) -> Void) {
        self.table.withLock { $0[topic, default: []].append(body) }
    }

    func publish(_ message: Message) {
        let bodies = self.table.withLock { $0[message.topic] ?? [] }
        for body in bodies { body(message) }
    }
}
