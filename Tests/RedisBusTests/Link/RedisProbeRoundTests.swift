import NIOCore
import Testing

@testable import RedisBus

@Suite("A round of probes", .timeLimit(.minutes(1)))
struct RedisProbeRoundTests {
    @Test func aSubscribingPartHasAnsweredWhenItHasReceivedEveryMessage() {
        var round = RedisProbeRound(token: 7)
        for publishing in [1, 2, 3] { round.sent(by: publishing, to: 0) }
        round.sent(by: 4, to: 5)
        #expect([0, 5].allSatisfy { round.awaits($0) })
        #expect(!round.awaits(1))
        #expect(round.received(from: 1, on: 0) == false)
        #expect(round.received(from: 1, on: 0) == false, "the same once more")
        #expect(round.received(from: 4, on: 0) == false, "on a part that it was not sent to")
        #expect(round.received(from: 3, on: 0) == false)
        #expect(round.received(from: 2, on: 0) == true)
        #expect(!round.awaits(0))
        #expect(round.received(from: 2, on: 0) == false, "once only")
        #expect(round.received(from: 4, on: 5) == true)
    }

    @Test func aLostMessageIsNotWaitedFor() {
        var round = RedisProbeRound(token: 7)
        round.sent(by: 1, to: 0)
        round.sent(by: 2, to: 0)
        round.sent(by: 2, to: 9)
        round.sent(by: 2, to: 4)
        #expect(round.lost(3) == [])
        #expect(round.lost(2) == [4, 9], "part 0 waits for another message")
        #expect(round.lost(2) == [])
        #expect(round.received(from: 1, on: 0) == true)
    }

    @Test func aMessageThatCameBeforeItsPartWasLostCounts() {
        var round = RedisProbeRound(token: 7)
        round.sent(by: 1, to: 0)
        round.sent(by: 2, to: 0)
        #expect(round.received(from: 2, on: 0) == false)
        #expect(round.lost(2) == [])
        #expect(round.lost(1) == [0])
        #expect(round.received(from: 1, on: 0) == false)
    }

    @Test(arguments: [(UInt64(0), 0), (.max, 65_535), (1, 255)])
    func aProbeComesThroughAsItWas(_ token: UInt64, _ part: Int) {
        let probe = RedisProbe(token: token, part: part)
        #expect(RedisProbe(probe.payload) == probe)
    }

    @Test(arguments: [0, 1, 9, 11, 4_096])
    func aPayloadOfAnotherLengthIsNoProbe(_ length: Int) {
        #expect(RedisProbe(ByteBuffer(repeating: 1, count: length)) == nil)
    }
}
