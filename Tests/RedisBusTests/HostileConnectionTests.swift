import BusCore
import Logging
import NIOCore
import RedisBus
import RedisTestSupport
import Testing

/// A server that worked begins to talk nonsense: the worst that follows is a new connection.
@Suite("RedisBus with a server that turns hostile", .serialized, .timeLimit(.minutes(1)))
struct HostileConnectionTests {
    private let logger = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
    private let room: BusChannel = "room"

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\r\n", "+OK\r\n", ":1\r\n", "$-1\r\n", "*0\r\n", "-ERR what\r\n",
        "$99999999999\r\n",
        "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n*0\r\n", "*3\r\n$9\r\nsubscribe\r\n$4\r\nroom\r\n:9\r\n",
        "%1\r\n+a\r\n+b\r\n",
    ])
    func reconnectsAfterNonsense(_ nonsense: String) async throws {
        try await self.withBus { bus, proxy, inbox in
            let states = bus.states
            proxy.inject(Array(nonsense.utf8))
            for await state in states where state != .connected { break }
            try await self.messagesFlow(bus, inbox, "after the nonsense")
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>)
    func messagesFlowAgainWhateverCame(_ seed: UInt64) async throws {
        try await self.withBus { bus, proxy, inbox in
            var wire = HostileWire(seed: seed)
            for number in 0..<3 {
                proxy.inject(wire.next())
                try await self.messagesFlow(bus, inbox, "seed \(seed), \(number)")
            }
        }
    }

    @Test(arguments: [
        "endless replies": ("", ":1\r\n"),
        "endless confirmations": ("", "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n"),
        "endless array": ("*2000000000\r\n", ":1\r\n"),
        "endless nesting": ("", "*1\r\n"),
        "endless bulk string": ("$60000000\r\n", "x"),
        "endless line": ("+", "x"),
    ])
    func closesAFloodedConnection(_ name: String, _ flood: (start: String, rest: String)) async throws {
        try await self.withBus { bus, proxy, inbox in
            let count = proxy.flood(flood.start, flood.rest)
            #expect(count == 2)
            try await wait(for: "the bus closes both connections") { proxy.floods.count == count }
            // The limit of an unfinished reply is 64 MiB; the rest is what the operating system holds.
            #expect(proxy.floods.allSatisfy { $0 < 96 * 1024 * 1024 })
            try await self.messagesFlow(bus, inbox, name)
        }
    }

    private func withBus(_ body: (RedisBus, InjectingProxy, Inbox) async throws -> Void) async throws {
        let server = try await RedisServer.started()
        let proxy = try await InjectingProxy.started(before: server)
        var configuration = try RedisBusConfiguration("127.0.0.1:\(proxy.port)")
        configuration.keepAlive = .milliseconds(200)
        configuration.commandTimeout = .milliseconds(500)
        let bus = try RedisBus(configuration: configuration, logger: self.logger)
        let inbox = Inbox()
        let subscription = try bus.subscribe(to: [self.room], receiver: inbox)
        try await subscription.active(within: .seconds(10))
        try await bus.connected(within: .seconds(10))
        try await body(bus, proxy, inbox)
        await bus.close()
        try await proxy.stop()
    }

    /// Publishes until a message comes back.
    private func messagesFlow(_ bus: RedisBus, _ inbox: Inbox, _ text: String) async throws {
        let payload = ByteBuffer(string: text)
        try await wait(for: "messages flow") {
            _ = try await bus.publish(payload, to: self.room)
            return inbox.contains(payload)
        }
    }
}
