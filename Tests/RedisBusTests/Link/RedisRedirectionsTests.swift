import BusCore
import NIOCore
import Testing

@testable import RedisBus

@Suite("Publishes while slots move", .timeLimit(.minutes(1)))
struct RedisRedirectionsTests {
    private var redirections = RedisRedirections()

    @Test mutating func withoutMovesAnswersComeInOrder() {
        for token: UInt64 in 1...3 { self.redirections.sent(self.publish(token), on: 0) }
        for token: UInt64 in 1...3 {
            #expect(self.redirections.answered(on: 0, .accepted) == .init(publish: self.publish(token)))
        }
        #expect(self.redirections.answered(on: 0, .accepted) == .init(), "an answer that nobody waits for")
        #expect(self.redirections.answered(on: 9, .moved) == .init(), "of a part that was given nothing")
    }

    /// What is published while the old shard still answers comes after all that it had been given.
    @Test mutating func whatIsHeldDoesNotOvertakeWhatTheOldShardReturnsLater() {
        for token: UInt64 in 1...2 { self.redirections.sent(self.publish(token), on: 0) }
        #expect(self.redirections.answered(on: 0, .moved) == .init(publish: self.publish(1)))
        #expect(self.redirections.holds(7))
        self.redirections.hold(self.publish(3))
        let answered = self.redirections.answered(on: 0, .moved)
        #expect(answered.released.map(\.token) == [1, 2, 3])
        #expect(!self.redirections.holds(7))
    }

    @Test mutating func onlyTheSlotThatMovesIsHeld() {
        self.redirections.sent(self.publish(1), on: 0)
        self.redirections.sent(self.publish(2, slot: 8), on: 0)
        self.redirections.sent(self.publish(3), on: 0)
        _ = self.redirections.answered(on: 0, .moved)
        #expect(self.redirections.holds(7) && !self.redirections.holds(8))
        #expect(self.redirections.answered(on: 0, .accepted) == .init(publish: self.publish(2, slot: 8)))
        #expect(self.redirections.answered(on: 0, .moved).released.map(\.token) == [1, 3])
    }

    /// A new slot map may come in before the first `MOVED`.
    @Test mutating func aNewRouteWaitsForWhatTheFormerShardHasBeenGiven() {
        for token: UInt64 in 1...2 { self.redirections.sent(self.publish(token), on: 0) }
        self.redirections.sent(self.publish(3, slot: 8), on: 0)
        self.redirections.rerouted { $0.slot == 7 ? 1 : 0 }
        #expect(self.redirections.holds(7) && !self.redirections.holds(8))
        self.redirections.hold(self.publish(4))
        self.redirections.rerouted { $0.slot == 7 ? 1 : 0 }
        #expect(self.redirections.answered(on: 0, .accepted) == .init(publish: self.publish(1)))
        let answered = self.redirections.answered(on: 0, .moved)
        #expect(answered == .init(publish: self.publish(2), released: [self.publish(2), self.publish(4)]))
    }

    @Test mutating func whatALaterPublishHasOvertakenIsGivenUp() {
        for token: UInt64 in 1...3 { self.redirections.sent(self.publish(token), on: 0) }
        _ = self.redirections.answered(on: 0, .moved)
        self.redirections.hold(self.publish(4))
        #expect(
            self.redirections.answered(on: 0, .accepted)
                == .init(publish: self.publish(2), overtaken: [self.publish(1)])
        )
        #expect(self.redirections.answered(on: 0, .refused).released == [self.publish(4)])
    }

    @Test mutating func thePublishesOfALostPartAreGivenUpAndItsMovesAreOver() {
        for token: UInt64 in 1...2 { self.redirections.sent(self.publish(token), on: 0) }
        _ = self.redirections.answered(on: 0, .moved)
        self.redirections.hold(self.publish(3))
        self.redirections.hold(self.publish(4, part: 1))
        #expect(self.redirections.lost(0) == .init(released: [self.publish(4, part: 1)]))
        #expect(!self.redirections.holds(7))
    }

    /// The bus waits for it on the part that it was first given to, which is well.
    @Test mutating func aPublishThatWasSentToAnotherShardIsNotForgottenWithIt() {
        self.redirections.sent(self.publish(1, part: 0), on: 1)
        self.redirections.sent(self.publish(2, part: 1), on: 1)
        #expect(self.redirections.lost(1) == .init(abandoned: [self.publish(1, part: 0)]))
        #expect(self.redirections.lost(1) == .init())
    }

    /// The lost shard may have executed a later publish, which it could not answer any more.
    @Test mutating func whatMayHaveBeenOvertakenOnALostPartIsGivenUp() {
        for token: UInt64 in 1...2 { self.redirections.sent(self.publish(token, part: 0), on: 1) }
        _ = self.redirections.answered(on: 1, .moved)
        self.redirections.hold(self.publish(3, part: 0))
        let lost = self.redirections.lost(1)
        #expect(lost == .init(released: [self.publish(3)], abandoned: [self.publish(2)], overtaken: [self.publish(1)]))
    }

    private func publish(_ token: UInt64, slot: Int = 7, part: Int = 0) -> RedisRedirections.Publish {
        .init(part: part, token: token, channel: "c", payload: ByteBuffer(), slot: slot)
    }
}
