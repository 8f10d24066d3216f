import BusCore
import NIOCore
import Testing

@testable import RedisBus

@Suite("A connection that subscribes", .timeLimit(.minutes(1)))
struct RedisSubscribingTests {
    private let names = RedisNames(prefix: "p:")
    private let denial = RedisReply.error("NOPERM no")

    @Test func matchesConfirmationsWithRequests() {
        var role = RedisSubscribing(names: self.names, probeChannel: nil)
        var writer = RedisCommandWriter()
        role.subscribe(self.requests("a", "b"), writer: &writer)
        role.unsubscribe(["a"], writer: &writer)
        #expect(self.token(role.received(reply: self.push("subscribe", "p:a"), writer: &writer)) == 1)
        #expect(self.token(role.received(reply: self.push("subscribe", "p:b"), writer: &writer)) == 2)
        guard case .nothing = role.received(reply: self.push("unsubscribe", "p:a"), writer: &writer) else {
            Issue.record("the end of a subscription was not expected")
            return
        }
    }

    @Test(arguments: ["p:b", "x", "p:a2"])
    func refusesTheConfirmationOfAnotherChannel(_ channel: String) {
        var role = RedisSubscribing(names: self.names, probeChannel: nil)
        var writer = RedisCommandWriter()
        role.subscribe(self.requests("a"), writer: &writer)
        #expect(self.isViolation(role.received(reply: self.push("subscribe", channel), writer: &writer)))
    }

    @Test(arguments: [
        RedisReply.status("OK"), .null, .array([]), .bulk(ByteBuffer()), .error("ERR what"), .status("PONG"),
        .array([.integer(1), .integer(2), .integer(3)]),
    ])
    func whatNobodyAskedForEndsTheConnection(_ reply: RedisReply) {
        var role = RedisSubscribing(names: self.names, probeChannel: nil)
        var writer = RedisCommandWriter()
        #expect(self.isViolation(role.received(reply: reply, writer: &writer)))
    }

    @Test func findsADeniedChannelByHalving() {
        var role = RedisSubscribing(names: self.names, probeChannel: nil)
        var writer = RedisCommandWriter()
        role.subscribe(self.requests("a", "b", "c", "d"), writer: &writer)
        // a b c d is refused, then a b is confirmed and c d refused, then c is refused and d confirmed.
        _ = role.received(reply: self.denial, writer: &writer)
        #expect(self.token(role.received(reply: self.push("subscribe", "p:a"), writer: &writer)) == 1)
        #expect(self.token(role.received(reply: self.push("subscribe", "p:b"), writer: &writer)) == 2)
        _ = role.received(reply: self.denial, writer: &writer)
        let refused = role.received(reply: self.denial, writer: &writer)
        guard case .subscribeRefused(let tokens, let error) = refused else {
            Issue.record("the channel was not refused: \(refused)")
            return
        }
        #expect(tokens == [3])
        #expect(error.code == .unauthorized)
        #expect(self.token(role.received(reply: self.push("subscribe", "p:d"), writer: &writer)) == 4)
    }

    @Test func doesNotBringBackWhatWasWithdrawnMeanwhile() {
        var role = RedisSubscribing(names: self.names, probeChannel: nil)
        var writer = RedisCommandWriter()
        role.subscribe(self.requests("a", "b"), writer: &writer)
        role.unsubscribe(["a"], writer: &writer)
        writer.reuse()
        let refused = role.received(reply: self.denial, writer: &writer)
        guard case .subscribeRefused(let tokens, _) = refused else {
            Issue.record("the refusal was not reported: \(refused)")
            return
        }
        #expect(tokens == [1, 2], "one was withdrawn, and the other is the only one left")
        let hasCommands = writer.hasCommands
        #expect(!hasCommands)
    }

    @Test func anotherErrorRefusesThemAll() {
        var role = RedisSubscribing(names: self.names, probeChannel: nil)
        var writer = RedisCommandWriter()
        role.subscribe(self.requests("a", "b"), writer: &writer)
        let refused = role.received(reply: .error("LOADING wait"), writer: &writer)
        guard case .subscribeRefused(let tokens, let error) = refused else {
            Issue.record("the refusal was not reported: \(refused)")
            return
        }
        #expect(tokens == [1, 2])
        #expect(error.code == .notSent)
    }

    @Test func stripsThePrefixAndKnowsItsProbes() {
        var role = RedisSubscribing(names: self.names, probeChannel: ByteBuffer(string: "probe"))
        let wireProbe = ByteBuffer(string: "p:probe")
        let payload = ByteBuffer(string: "x")
        guard
            case .message(let channel, let received) = role.received(
                payload: payload,
                channel: ByteBuffer(string: "p:room")
            )
        else {
            Issue.record("not a message")
            return
        }
        #expect(channel == ByteBuffer(string: "room"))
        #expect(received == payload)
        let probe = RedisProbe(token: 7, part: 3)
        guard case .news(.probe(probe)) = role.received(payload: probe.payload, channel: wireProbe) else {
            Issue.record("not a probe")
            return
        }
        for outcome in [
            role.received(payload: payload, channel: wireProbe),
            role.received(payload: payload, channel: ByteBuffer(string: "p")),
        ] {
            guard case .malformed = outcome else {
                Issue.record("not malformed: \(outcome)")
                return
            }
        }
    }

    @Test func knowsTheNotesOfOtherNodes() {
        var role = RedisSubscribing(names: self.names, probeChannel: nil)
        var writer = RedisCommandWriter()
        role.hearPeers(writer: &writer)
        guard
            case .news(.hearsPeers) = role.received(
                reply: self.push("subscribe", "p:swift-hubs:nodes"),
                writer: &writer
            )
        else {
            Issue.record("the confirmation was not understood")
            return
        }
        let note = RedisPeerNote(kind: .alive, node: .random(), interval: .seconds(5), name: "other")
        let wire = self.names.wireNotes
        guard case .news(.peer(note)) = role.received(payload: note.payload, channel: wire) else {
            Issue.record("not a note")
            return
        }
        guard case .nothing = role.received(payload: ByteBuffer(string: "\u{9}later"), channel: wire) else {
            Issue.record("a note of a later version is no mistake")
            return
        }
    }

    @Test func asksAShardForEachSlotOnItsOwn() {
        var role = RedisSubscribing(names: self.names, probeChannel: nil, isSharded: true)
        var writer = RedisCommandWriter()
        role.subscribe(self.requests("{x}1", "{x}2", "{y}1"), writer: &writer)
        let text = String(buffer: writer.bytes)
        #expect(text.ranges(of: "SSUBSCRIBE").count == 2)
    }

    @Test func aShardThatEndsASubscriptionByItselfIsNoViolation() {
        var role = RedisSubscribing(names: self.names, probeChannel: nil, isSharded: true)
        var writer = RedisCommandWriter()
        role.subscribe(self.requests("{x}1", "{x}2"), writer: &writer)
        for channel in ["p:{x}1", "p:{x}2"] {
            _ = role.received(reply: self.push("ssubscribe", channel), writer: &writer)
        }
        role.unsubscribe(["{x}1"], writer: &writer)
        let other = role.received(reply: self.push("sunsubscribe", "p:{x}2"), writer: &writer)
        guard case .news(.withdrawn(.channel(ByteBuffer(string: "{x}2")))) = other else {
            Issue.record("not withdrawn: \(other)")
            return
        }
        guard case .nothing = role.received(reply: self.push("sunsubscribe", "p:{x}1"), writer: &writer) else {
            Issue.record("the end that was asked for")
            return
        }
    }

    private func requests(_ names: BusChannel...) -> [BusLinkSubscription] {
        names.enumerated().map { BusLinkSubscription(channel: $1, token: UInt64($0 + 1)) }
    }

    private func push(_ kind: String, _ channel: String) -> RedisReply {
        .array([.bulk(ByteBuffer(string: kind)), .bulk(ByteBuffer(string: channel)), .integer(1)])
    }

    private func token(_ outcome: RedisOutcome) -> UInt64? {
        switch outcome {
        case .subscribed(let token), .probed(let token): token
        default: nil
        }
    }

    private func isViolation(_ outcome: RedisOutcome) -> Bool {
        if case .violation = outcome { true } else { false }
    }
}
