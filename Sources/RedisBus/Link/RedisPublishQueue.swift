import DequeModule

/// The replies that a publishing connection waits for, in the order of the commands.
///
/// Publishes in a row are one entry, whatever their number: a publish costs no memory here.
struct RedisPublishQueue {
    /// What a reply answers.
    enum Answered: Equatable {
        case publish(token: UInt64)
        /// A publish whose token the link knows.
        case tracked
        case probe(token: UInt64)
        case role
        /// What this node told the others of itself.
        case note
    }

    private enum Entry {
        case publishes(first: UInt64, count: UInt64)
        case single(Answered)
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

    /// Another command was written.
    mutating func append(_ command: Answered) {
        self.entries.append(.single(command))
    }

    /// A reply came; nil if nothing was asked.
    mutating func removeFirst() -> Answered? {
        switch self.entries.first {
        case nil:
            return nil
        case .single(let command):
            self.entries.removeFirst()
            return command
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
