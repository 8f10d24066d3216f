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

    /// What a shard says to a publish.
    enum Answer {
        case accepted
        case refused
        case moved
    }

    /// What follows from an answer.
    struct Answered: Equatable {
        /// What was answered.
        var publish: Publish?
        /// What is to be sent now because the slot's move is over.
        var released: [Publish] = []
        /// What was not executed and cannot be sent any more, since a later publish has been.
        var overtaken: [Publish] = []
    }

    /// What follows from the end of a part.
    struct Lost: Equatable {
        /// What is to be sent now.
        var released: [Publish] = []
        /// What the part had not answered, of publishes that the bus had given to another part and still waits for.
        var abandoned: [Publish] = []
        /// What was not executed and cannot be sent any more, since the part may have executed a later publish.
        var overtaken: [Publish] = []
    }

    private struct Move {
        let part: Int
        /// Publishes of the slot that the old shard has not answered.
        var unanswered: Int
        /// What the old shard did not take, in order.
        var returned: [Publish] = []
        /// What was published since, in order.
        var held: [Publish] = []
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

    /// Slots may have other shards now: what is published from now on waits for what their former ones have been given.
    ///
    /// - Parameter route: The part that such a publish would be given now; asked once for each slot.
    mutating func rerouted(_ route: (Publish) -> Int) {
        for (part, publishes) in self.inFlight {
            var slots: [Int: (first: Publish, count: Int)] = [:]
            for publish in publishes where self.moves[publish.slot] == nil {
                slots[publish.slot, default: (publish, 0)].count += 1
            }
            for (slot, unanswered) in slots where route(unanswered.first) != part {
                self.moves[slot] = Move(part: part, unanswered: unanswered.count)
            }
        }
    }

    /// A part answered its oldest publish.
    mutating func answered(on part: Int, _ answer: Answer) -> Answered {
        guard let publish = self.inFlight[part]?.popFirst() else { return Answered() }
        if answer == .moved, self.moves[publish.slot] == nil {
            let rest = self.inFlight[part]?.count { $0.slot == publish.slot } ?? 0
            self.moves[publish.slot] = Move(part: part, unanswered: rest + 1)
        }
        guard var move = self.moves[publish.slot], move.part == part else { return Answered(publish: publish) }
        var answered = Answered(publish: publish)
        move.unanswered -= 1
        switch answer {
        case .moved: move.returned.append(publish)
        case .refused: break
        case .accepted:
            // The slot has been here, gone and come back.
            answered.overtaken = move.returned
            move.returned = []
        }
        self.moves[publish.slot] = move
        answered.released = self.releaseIfDone(publish.slot)
        return answered
    }

    /// A part is gone: what it had not answered is nobody's any more, and its moves are over.
    ///
    /// What was first given to the lost part is not released, since the bus has given it up.
    mutating func lost(_ part: Int) -> Lost {
        var lost = Lost()
        lost.abandoned = self.inFlight.removeValue(forKey: part)?.filter { $0.part != part } ?? []
        for slot in self.moves.keys.sorted() {
            self.moves[slot]?.returned.removeAll { $0.part == part }
            self.moves[slot]?.held.removeAll { $0.part == part }
            guard let move = self.moves[slot], move.part == part else { continue }
            if move.unanswered > 0 {
                lost.overtaken += move.returned
                self.moves[slot]?.returned = []
                self.moves[slot]?.unanswered = 0
            }
            lost.released += self.releaseIfDone(slot)
        }
        return lost
    }

    private mutating func releaseIfDone(_ slot: Int) -> [Publish] {
        guard let move = self.moves[slot], move.unanswered <= 0 else { return [] }
        self.moves[slot] = nil
        return move.returned + move.held
    }
}
