import NIOCore
import Testing

@testable import RedisBus

@Suite("The slot map of a cluster", .timeLimit(.minutes(1)))
struct RedisSlotMapTests {
    private let asked = RedisEndpoint.tcp(host: "asked", port: 7000)

    @Test func readsTheReplyOfRedis6() throws {
        let reply = RedisReply.array([
            .range(0, 5460, .node("10.0.0.1", 7001), .node("10.0.0.4", 7004)),
            .range(5461, 10_922, .node("10.0.0.2", 7002)),
        ])
        let map = try #require(self.map(reply))
        #expect(
            map.shards == [
                .init(primary: .at("10.0.0.1", 7001), replicas: [.at("10.0.0.4", 7004)], slots: [0...5460]),
                .init(primary: .at("10.0.0.2", 7002), slots: [5461...10_922]),
            ]
        )
        #expect(map.replicas == [.at("10.0.0.4", 7004)])
        #expect(map.nodes == [.at("10.0.0.1", 7001), .at("10.0.0.2", 7002), .at("10.0.0.4", 7004)])
    }

    /// Since Redis 7 a node may have more fields after its id: here its other names.
    @Test func readsTheReplyOfRedis7() throws {
        let node = RedisReply.array([
            .text("10.0.0.1"), .integer(7001), .text("id"), .array([.text("hostname"), .text("a.example")]),
        ])
        let map = try #require(self.map(.array([.array([.integer(0), .integer(16_383), node])])))
        #expect(map.shards == [.init(primary: .at("10.0.0.1", 7001), slots: [0...16_383])])
    }

    @Test(arguments: [RedisReply.text(""), .text("?"), .null])
    func aHostThatIsLeftOutIsTheOneThatWasAsked(_ host: RedisReply) throws {
        let node = RedisReply.array([host, .integer(7005), .text("id")])
        let reply = RedisReply.array([.array([.integer(1), .integer(1), node])])
        #expect(try #require(self.map(reply)).nodes == [.at("asked", 7005)])
        let socket = RedisEndpoint.unixSocket(path: "/tmp/redis")
        #expect(RedisSlotMap(reply, from: socket, map: { $0 }) == nil, "a socket's path is no host")
    }

    @Test func aPrimaryWithSeveralRangesIsOneShard() throws {
        let reply = RedisReply.array([
            .range(0, 10, .node("a", 1), .node("r", 9)), .range(20, 30, .node("b", 2)),
            .range(40, 40, .node("a", 1), .node("r", 9)),
        ])
        let map = try #require(self.map(reply))
        #expect(
            map.shards == [
                .init(primary: .at("a", 1), replicas: [.at("r", 9)], slots: [0...10, 40...40]),
                .init(primary: .at("b", 2), slots: [20...30]),
            ]
        )
    }

    @Test func announcedAddressesAreTranslatedBeforeTheyAreCompared() throws {
        let reply = RedisReply.array([.range(0, 1, .node("inside", 1)), .range(2, 3, .node("within", 1))])
        let map = RedisSlotMap(reply, from: self.asked) { _ in .at("outside", 9) }
        #expect(map?.shards == [.init(primary: .at("outside", 9), slots: [0...1, 2...3])])
    }

    @Test(arguments: [
        RedisReply.null, .integer(1), .text("x"), .error("ERR This instance has cluster support disabled"), .array([]),
        .array([.null]), .array([.array([])]), .array([.array([.integer(0), .integer(1)])]),
        .array([.range(-1, 5, .node("a", 1))]), .array([.range(0, 16_384, .node("a", 1))]),
        .array([.range(6, 5, .node("a", 1))]), .array([.range(.min, .max, .node("a", 1))]),
        .array([.range(.max, .max, .node("a", 1))]), .array([.range(0, 5, .null)]), .array([.range(0, 5, .array([]))]),
        .array([.range(0, 5, .array([.text("a")]))]), .array([.range(0, 5, .array([.text("a"), .text("1")]))]),
        .array([.range(0, 5, .node("a", 0))]), .array([.range(0, 5, .node("a", 65_536))]),
        .array([.range(0, 5, .node("a", -1))]), .array([.range(0, 5, .node("a", .min))]),
        .array([.range(0, 5, .node("a", 1), .integer(3))]), .array([.array([.text("0"), .text("5"), .node("a", 1)])]),
        .array([.range(0, 5, .node("a", 1)), .range(6, 5, .node("a", 1))]),
    ])
    func whatIsNoMapIsRefused(_ reply: RedisReply) {
        #expect(self.map(reply) == nil)
    }

    private func map(_ reply: RedisReply) -> RedisSlotMap? {
        RedisSlotMap(reply, from: self.asked) { $0 }
    }
}
