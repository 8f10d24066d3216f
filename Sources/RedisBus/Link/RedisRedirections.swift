import BusCore
import DequeModule
import NIOCore

/// Keeps the order of publishes while slots move between the shards of a cluster.
///
/// A node that has lost a slot answers its publishes with `MOVED`, one by one: they were not executed and are to be sent to the
/// slot's new shard. What is published meanwhile must not overtake them, so everything of that slot is held until the old
/// shard has answered for all it had been given.
struct RedisRedirections {
    /// A publish, named by the part and the token that it was given first.
    struct Publish: Equatable {
        var part: Int
        var token: UInt64
        var channel: BusChannel
        var payload: ByteBuffer
        var slot: Int
        /// How often it has been sent to another shard.
        var hops = 0
    }

    private struct Move {
        /// Publishes of the slot that the old shard has not answered.
        var unanswered: Int
        /// What is to be sent to the new shard, in order.
        var held: Deque<Publish> = []
        let part: Int
    }

    /// The publishes each part has been given and not answered, in order.
    private var inFlight: [Int: Deque<Publish>] = [:]
    private var moves: [Int: Move] = [:]

    /// Whether publishes of a slot have to be held.
    func holds(_ slot: Int) -> Bool { self.moves[slot] != nil }

    /// A publish was given to a part.
    mutating func sent(_ publish: Publish, on part: Int) {
        self.inFlight[part, default: []].append(publish)
    }

    /// Keeps a publish back until its slot has moved.
    mutating func hold(_ publish: Publish) {
        self.moves[publish.slot]?.held.append(publish)
    }

    /// A part answered its oldest publish.
    ///
    /// - Parameters:
    ///   - part: The part.
    ///   - isMoved: Whether the answer was that the slot has moved.
    /// - Returns: The publish, and what is to be sent now because the slot's move is over.
    mutating func answered(on part: Int, isMoved: Bool) -> (publish: Publish?, released: [Publish]) {
        guard let publish = self.inFlight[part]?.popFirst() else { return (nil, []) }
        if isMoved, self.moves[publish.slot] == nil {
            let rest = self.inFlight[part]?.count { $0.slot == publish.slot } ?? 0
            self.moves[publish.slot] = Move(unanswered: rest + 1, part: part)
        }
        guard var move = self.moves[publish.slot], move.part == part else { return (publish, []) }
        move.unanswered -= 1
        if isMoved { move.held.append(publish) }
        self.moves[publish.slot] = move
        return (publish, self.releaseIfDone(publish.slot))
    }

    /// A part is gone: what it had not answered is nobody's any more, and its moves are over.
    ///
    /// - Returns: What is to be sent now; what was first given to the lost part is not among it, since the bus has given it up.
    mutating func lost(_ part: Int) -> [Publish] {
        self.inFlight[part] = nil
        var released: [Publish] = []
        for slot in self.moves.keys.sorted() {
            self.moves[slot]?.held.removeAll { $0.part == part }
            guard self.moves[slot]?.part == part else { continue }
            self.moves[slot]?.unanswered = 0
            released += self.releaseIfDone(slot)
        }
        return released
    }

    private mutating func releaseIfDone(_ slot: Int) -> [Publish] {
        guard let move = self.moves[slot], move.unanswered <= 0 else { return [] }
        self.moves[slot] = nil
        return Array(move.held)
    }
}
