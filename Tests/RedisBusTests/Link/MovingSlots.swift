import BusCore
import DequeModule
import NIOCore

@testable import RedisBus

/// Shards of a cluster between which slots move at random, and a link to them that follows.
struct MovingSlots {
    enum Outcome: CaseIterable {
        case accepted
        /// Not executed.
        case refused
        /// Perhaps executed: the shard that had it is gone.
        case abandoned
        /// Its part is gone, and the bus has given it up.
        case givenUp
    }

    private enum Reply {
        case accepted
        case refused
        /// The slot's owner at that moment.
        case moved(slot: Int, to: Int)
    }

    private struct Shard {
        var commands: Deque<RedisRedirections.Publish> = []
        var replies: Deque<Reply> = []
    }

    private static let slots = 3
    private static let parts = 4

    private var random: SeededGenerator
    private var redirections = RedisRedirections()
    private var shards = [Shard](repeating: Shard(), count: Self.parts)
    /// Who serves a slot, and who does as far as the link knows.
    private var owner = [Int](repeating: 0, count: Self.slots)
    private var route = [Int](repeating: 0, count: Self.slots)
    private var nextToken: UInt64 = 0
    private var origins: [UInt64: Int] = [:]
    private var executed = [[UInt64]](repeating: [], count: Self.slots)
    private(set) var outcomes: [UInt64: Outcome] = [:]
    private(set) var violations: [String] = []
    private(set) var redirected = 0

    init(seed: UInt64) {
        self.random = SeededGenerator(seed: seed)
    }

    mutating func step() {
        let part = Int.random(in: 0..<Self.parts, using: &self.random)
        let slot = Int.random(in: 0..<Self.slots, using: &self.random)
        switch Int.random(in: 0..<100, using: &self.random) {
        case 0..<35: self.publish(slot)
        case 35..<60: self.execute(part)
        case 60..<85: self.read(part)
        case 85..<93: self.owner[slot] = part
        case 93..<97: self.poll()
        default: self.lose(part)
        }
    }

    /// Lets everything come to rest.
    mutating func finish() {
        for _ in 0..<1_000 {
            self.poll()
            for part in 0..<Self.parts {
                self.execute(part)
                self.read(part)
            }
        }
        for slot in 0..<Self.slots {
            self.expect(!self.redirections.holds(slot), "slot \(slot) is held for ever")
            let tokens = self.executed[slot]
            self.expect(tokens == tokens.sorted(), "order: \(tokens)")
            self.expect(Set(tokens).count == tokens.count, "executed twice")
        }
        let executed = Set(self.executed.joined())
        for token in self.origins.keys {
            switch self.outcomes[token] {
            case .accepted: self.expect(executed.contains(token), "accepted and not executed")
            case .refused: self.expect(!executed.contains(token), "refused and executed")
            case .abandoned, .givenUp: break
            case nil: self.violations.append("no outcome of \(token)")
            }
        }
    }

    // MARK: The link

    private mutating func publish(_ slot: Int) {
        self.nextToken += 1
        let part = self.route[slot]
        let publish = RedisRedirections.Publish(
            part: part,
            token: self.nextToken,
            channel: "c",
            payload: ByteBuffer(),
            slot: slot
        )
        self.origins[publish.token] = part
        if self.redirections.holds(slot) { self.redirections.hold(publish) } else { self.send(publish, on: part) }
    }

    private mutating func send(_ publish: RedisRedirections.Publish, on part: Int) {
        self.shards[part].commands.append(publish)
        self.redirections.sent(publish, on: part)
    }

    private mutating func read(_ part: Int) {
        guard let reply = self.shards[part].replies.popFirst() else { return }
        let answer: RedisRedirections.Answer
        switch reply {
        case .accepted: answer = .accepted
        case .refused: answer = .refused
        case .moved: answer = .moved
        }
        if case .moved(let slot, let owner) = reply {
            self.route[slot] = owner
            self.redirections.rerouted { [route] in route[$0.slot] }
        }
        let answered = self.redirections.answered(on: part, answer)
        guard let publish = answered.publish else { return self.violations.append("an answer without a publish") }
        if answer != .moved { self.conclude(publish, answer == .accepted ? .accepted : .refused) }
        for publish in answered.overtaken { self.conclude(publish, .refused) }
        self.release(answered.released, from: part)
    }

    private mutating func release(_ publishes: [RedisRedirections.Publish], from part: Int) {
        for var publish in publishes {
            let target = self.route[publish.slot]
            publish.hops += 1
            if target != part, publish.hops <= 5 {
                self.redirected += 1
                self.send(publish, on: target)
            } else {
                self.conclude(publish, .refused)
            }
        }
    }

    private mutating func poll() {
        self.route = self.owner
        self.redirections.rerouted { [route] in route[$0.slot] }
    }

    private mutating func lose(_ part: Int) {
        for _ in 0..<Int.random(in: 0...2, using: &self.random) { self.execute(part) }
        self.shards[part] = Shard()
        for (token, origin) in self.origins where origin == part && self.outcomes[token] == nil {
            self.outcomes[token] = .givenUp
        }
        let lost = self.redirections.lost(part)
        for publish in lost.abandoned { self.conclude(publish, .abandoned) }
        for publish in lost.overtaken { self.conclude(publish, .refused) }
        self.release(lost.released, from: part)
    }

    private mutating func conclude(_ publish: RedisRedirections.Publish, _ outcome: Outcome) {
        switch self.outcomes[publish.token] {
        case nil: self.outcomes[publish.token] = outcome
        // It was under way on another part, which answers without being heard.
        case .givenUp: break
        case let other?: self.violations.append("\(publish.token) is \(other) and \(outcome)")
        }
    }

    // MARK: The shards

    private mutating func execute(_ part: Int) {
        guard let publish = self.shards[part].commands.popFirst() else { return }
        guard self.owner[publish.slot] == part else {
            return self.shards[part].replies.append(.moved(slot: publish.slot, to: self.owner[publish.slot]))
        }
        guard Int.random(in: 0..<10, using: &self.random) > 0 else { return self.shards[part].replies.append(.refused) }
        self.executed[publish.slot].append(publish.token)
        self.shards[part].replies.append(.accepted)
    }

    private mutating func expect(_ isTrue: Bool, _ violation: @autoclosure () -> String) {
        if !isTrue { self.violations.append(violation()) }
    }
}
