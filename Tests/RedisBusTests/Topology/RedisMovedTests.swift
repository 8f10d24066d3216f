import Testing

@testable import RedisBus

@Suite("The error of a slot that has moved", .timeLimit(.minutes(1)))
struct RedisMovedTests {
    private let asked = RedisEndpoint.tcp(host: "asked", port: 7000)

    @Test(arguments: [
        ("MOVED 3999 127.0.0.1:6381", 3999, "127.0.0.1", 6381), ("MOVED 0 host.example:1", 0, "host.example", 1),
        ("MOVED 16383 2001:db8::1:65535", 16_383, "2001:db8::1", 65_535), ("MOVED 1 :6381", 1, "asked", 6381),
        ("MOVED 1 ?:6381", 1, "asked", 6381),
    ])
    func namesTheSlotAndItsPrimary(_ error: String, _ slot: Int, _ host: String, _ port: Int) throws {
        let moved = try #require(RedisMoved(error, from: self.asked))
        #expect(moved.slot == slot)
        #expect(moved.endpoint == .tcp(host: host, port: port))
    }

    @Test(arguments: [
        "", "MOVED", "MOVED 1", "MOVED 1 host", "MOVED 1 host:", "MOVED 1 host:x", "MOVED 1 host:0",
        "MOVED 1 host:65536",
        "MOVED 1 host:-1", "MOVED 16384 host:1", "MOVED -1 host:1", "MOVED 99999999999999999999 host:1",
        "MOVED x host:1", "MOVED 1 host:1 more", "ASK 3999 127.0.0.1:6381", "ERR MOVED 1 host:1", "moved 1 host:1",
    ])
    func anythingElseIsNone(_ error: String) {
        #expect(RedisMoved(error, from: self.asked) == nil)
    }

    @Test func aSocketsPathIsNoHost() {
        #expect(RedisMoved("MOVED 1 :6381", from: .unixSocket(path: "/tmp/redis")) == nil)
    }
}
