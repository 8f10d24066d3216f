import DequeModule

/// The replies that a publishing connection waits for, in the order of the commands.
///
/// Publishes in a row are one entry, whatever their number: a publish costs no memory here.
struct RedisPublishQueue {
    /// What a reply answers.
    enum Answered: Equatable {
        case publish(token: UInt64)
        case probe(token: UInt64)
    }

    private enum Entry {
        case publishes(first: UInt64, count: UInt64)
        case probe(token: UInt64)
    }

    private var entries: Deque<Entry> = []

    /// A publish was written.
    mutating func append(publish token: UInt64) {
        if case .publishes(let first, let count) = self.entries.last, first &+ count == token {
            self.entries[self.entries.count - 1] = .publishes(first: first, count: count + 1)
        } else {
            self.entries.append(.publishes(first: token, count: 1))
        }
    }

    /// A probe was written.
    mutating func append(probe token: UInt64) {
        self.entries.append(.probe(token: token))
    }

    /// A reply came; nil if nothing was asked.
    mutating func removeFirst() -> Answered? {
        switch self.entries.first {
        case nil:
            return nil
        case .probe(let token):
            self.entries.removeFirst()
            return .probe(token: token)
        case .publishes(let first, let count):
            if count == 1 {
                self.entries.removeFirst()
            } else {
                self.entries[0] = .publishes(first: first &+ 1, count: count - 1)
            }
            return .publish(token: first)
        }
    }
}
