import NIOCore
import Testing

@testable import RedisBus

/// What servers and sentinels say of themselves and of others.
@Suite("Answers of servers and sentinels", .timeLimit(.minutes(1)))
struct RedisServerAnswerTests {
    private static let follower = RedisReply.texts("10.0.0.2", "6379", "77")

    @Test(arguments: [
        (RedisReply.array([.text("master"), .integer(0), .array([])]), RedisServerRole.primary(replicas: 0)),
        (.array([.text("master"), .integer(9), .array([Self.follower, Self.follower])]), .primary(replicas: 2)),
        (
            .array([.text("slave"), .text("10.0.0.1"), .integer(6379), .text("connect"), .integer(-1)]),
            .replica(of: .at("10.0.0.1", 6379))
        ),
        (.array([.text("sentinel"), .array([.text("mymaster")])]), .sentinel),
        (.array([.status("sentinel")]), .sentinel),
    ])
    func readsARole(_ reply: RedisReply, _ role: RedisServerRole) {
        #expect(RedisServerRole(reply) == role)
    }

    @Test(arguments: [
        RedisReply.null, .error("NOPERM"), .integer(0), .text("master"), .array([]), .array([.null]),
        .array([.text("handshake")]), .array([.text("master")]), .array([.text("master"), .integer(0), .integer(2)]),
        .array([.text("slave")]), .array([.text("slave"), .text("h"), .text("1")]),
        .array([.text("slave"), .integer(1), .integer(1)]), .array([.text("slave"), .text("h"), .integer(-1)]),
        .array([.text("slave"), .text("h"), .integer(65_536)]), .array([.text("slave"), .text("h"), .integer(.max)]),
        .array([.bulk(ByteBuffer(bytes: [0xFF, 0xFE])), .integer(0), .array([])]),
    ])
    func whatIsNoRoleIsRefused(_ reply: RedisReply) {
        #expect(RedisServerRole(reply) == nil)
    }

    @Test(arguments: [
        (RedisReply.texts("server", "redis", "mode", "cluster"), true), (.texts("mode", "standalone"), false),
        (.texts("mode", "sentinel"), false),
    ])
    func readsTheModeOfAServer(_ reply: RedisReply, _ isClusterNode: Bool) {
        var facts = RedisServerFacts()
        facts.take(hello: reply)
        #expect(facts.isClusterNode == isClusterNode)
    }

    /// Names and values alternate: a value that reads like a name is none.
    @Test(arguments: [
        RedisReply.array([]), .null, .error("ERR unknown command"), .texts("mode"), .texts("server", "mode", "x"),
        .texts("server", "mode", "cluster", "cluster"), .array([.integer(1), .null, .array([])]),
    ])
    func aServerThatDoesNotSayItsModeLeavesItOpen(_ reply: RedisReply) {
        var facts = RedisServerFacts()
        facts.take(hello: reply)
        #expect(facts.isClusterNode == nil)
    }

    @Test func readsTheAnswerOfASentinel() throws {
        let reply = RedisReply.texts(
            "name",
            "mymaster",
            "ip",
            "10.0.0.1",
            "port",
            "6379",
            "flags",
            "master",
            "config-epoch",
            "7",
            "odd"
        )
        let answer = try #require(RedisSentinelAnswer(reply))
        #expect(answer.primary == .at("10.0.0.1", 6379))
        #expect(answer.epoch == 7)
        #expect(RedisSentinelAnswer(.texts("ip", "h", "port", "1"))?.epoch == 0)
        #expect(RedisSentinelAnswer(.texts("ip", "h", "port", "1", "config-epoch", "much"))?.epoch == 0)
    }

    @Test(arguments: [
        RedisReply.null, .error("ERR No such master with that name"), .array([]), .texts("ip"), .texts("ip", "h"),
        .texts("ip", "", "port", "1"), .texts("ip", "h", "port", "0"), .texts("ip", "h", "port", "65536"),
        .texts("ip", "h", "port", "-1"), .texts("ip", "h", "port", "x"), .texts("port", "1"),
        .array([.text("ip"), .null, .text("port"), .text("1")]), .texts("x", "ip", "h", "port", "1"),
    ])
    func whatIsNoAnswerOfASentinelIsRefused(_ reply: RedisReply) {
        #expect(RedisSentinelAnswer(reply) == nil)
    }

    @Test func readsTheOtherSentinelsAndSkipsWhatMakesNoSense() {
        let reply = RedisReply.array([
            .texts("name", "a", "ip", "10.0.0.1", "port", "26379"), .texts("ip", "", "port", "26379"), .null,
            .array([]),
            .texts("ip", "10.0.0.2", "port", "26380"), .texts("ip", "h", "port", "99999"),
        ])
        #expect(RedisSentinelAnswer.sentinels(reply) == [.at("10.0.0.1", 26379), .at("10.0.0.2", 26380)])
        #expect(RedisSentinelAnswer.sentinels(.error("ERR")) == [])
    }

    @Test func theHighestEpochCountsAndThenTheMajority() {
        let old = self.answer("old", 3)
        let new = self.answer("new", 4)
        let other = self.answer("other", 4)
        #expect(RedisSentinelAnswer.best(of: []) == nil)
        #expect(RedisSentinelAnswer.best(of: [old, old, new]) == new)
        for answers in [[new, other, new, old], [other, new, new], [new, new, other]] {
            #expect(RedisSentinelAnswer.best(of: answers) == new)
        }
    }

    private func answer(_ host: String, _ epoch: Int) -> RedisSentinelAnswer? {
        RedisSentinelAnswer(.texts("ip", host, "port", "6379", "config-epoch", "\(epoch)"))
    }
}

extension RedisSentinelAnswer {
    /// For lists of answers of which each was made from a good reply.
    fileprivate static func best(of answers: [RedisSentinelAnswer?]) -> RedisSentinelAnswer? {
        Self.best(of: answers.compactMap { $0 })
    }
}
