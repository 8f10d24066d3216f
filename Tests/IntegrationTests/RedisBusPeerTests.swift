import BusCore
import Logging
import NIOCore
import RedisBus
import RedisTestSupport
import Testing

@Suite("RedisBus and the other nodes", .timeLimit(.minutes(1)))
struct RedisBusPeerTests {
    /// A note as a node of another version or language would write it: see `RedisPeerNote`.
    private func note(_ kind: UInt8, _ id: UInt8, milliseconds: UInt32, _ name: String) -> [UInt8] {
        var note = ByteBuffer(bytes: [1, kind] + [UInt8](repeating: id, count: 16))
        note.writeInteger(milliseconds)
        note.writeString(name)
        return Array(note.readableBytesView)
    }

    private func tell(_ note: [UInt8], _ server: RedisServer) async throws {
        try await server.command([Array("PUBLISH".utf8), Array("p:swift-hubs:nodes".utf8), note])
    }

    private func bus(_ server: RedisServer, _ log: LogRecorder = LogRecorder()) async throws -> RedisBus {
        try await server.connectedBus(logger: log.logger) { configuration in
            configuration.channelPrefix = "p:"
            configuration.heartbeat = .milliseconds(100)
            configuration.nodeName = "node-1"
        }
    }

    @Test func aNodeThatFallsSilentIsNamedUntilItIsHeardAgain() async throws {
        let server = try await RedisServer.started()
        let log = LogRecorder()
        let bus = try await self.bus(server, log)
        try await wait(for: "the bus listens to other nodes") {
            try await server.command("PUBSUB", "NUMSUB", "p:swift-hubs:nodes").elements?.last == .integer(1)
        }
        try await self.tell(self.note(1, 7, milliseconds: 50, "node-7"), server)
        await bus.reaches { $0 == .degraded(.peer) }
        let health = await bus.health()
        #expect(!health.isHealthy)
        #expect(health.reason?.contains("node-7") == true, "\(health.reason ?? "")")
        #expect(try await bus.publish("x", to: "c").receivers == 0, "its own way works")
        try await self.tell(self.note(2, 7, milliseconds: 50, "node-7"), server)
        await bus.reaches { $0 == .connected }
        #expect(log.texts(.warning).count == 1, "\(log.texts(.warning))")
        #expect(log.texts(.info).last?.contains("No node is silent") == true)
        await bus.close()
    }

    @Test func notesThatMakeNoSenseAreIgnored() async throws {
        let server = try await RedisServer.started()
        let bus = try await self.bus(server)
        for note: [UInt8] in [[], [1], [9, 1, 2, 3], [1, 1] + [UInt8](repeating: 255, count: 2_000)] {
            try await self.tell(note, server)
        }
        let inbox = Inbox()
        _ = try await bus.subscribe(to: ["c"], receiver: inbox, activeWithin: .seconds(10))
        try await bus.publish("x", to: "c")
        var events = inbox.events.makeAsyncIterator()
        #expect(try await events.nextMessage().text == "x")
        #expect(bus.statistics.reconnects == 0)
        await bus.close()
    }

    @Test func aNodeTellsThatItLivesAndThatItLeaves() async throws {
        let server = try await RedisServer.started()
        let listener = try await server.connectedBus()
        let inbox = Inbox()
        _ = try await listener.subscribe(to: ["p:swift-hubs:nodes"], receiver: inbox, activeWithin: .seconds(10))
        let bus = try await self.bus(server)
        var events = inbox.events.makeAsyncIterator()
        let alive = try await events.nextMessage()
        #expect(alive.text.hasSuffix("node-1"))
        #expect(alive.payload.getInteger(at: alive.payload.readerIndex + 1, as: UInt8.self) == 1)
        await bus.close()
        var latest = alive
        repeat {
            latest = try await events.nextMessage()
        } while latest.payload.getInteger(at: latest.payload.readerIndex + 1, as: UInt8.self) == 1
        #expect(latest.payload.getInteger(at: latest.payload.readerIndex + 1, as: UInt8.self) == 2)
        await listener.close()
    }

    @Test func noHeartbeatNoNotes() async throws {
        let server = try await RedisServer.started()
        let bus = try await server.connectedBus { $0.heartbeat = .zero }
        #expect(try await server.command("PUBSUB", "NUMSUB", "swift-hubs:nodes").elements?.last == .integer(0))
        await bus.close()
    }
}
