import BusCore
import Logging
import NIOCore
import RedisBus
import Testing

/// Whatever the other side sends, the bus says what is wrong and tries again.
@Suite("RedisBus with servers that are none", .timeLimit(.minutes(1)))
struct HostileServerTests {
    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\r\n", ":1\r\n", "+OK\r\n+OK\r\n+OK\r\n+OK\r\n", "$-5\r\n",
        "*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n",
        "$99999999999\r\n", "%2\r\n", "*100000\r\n", "-ERR max number of clients reached\r\n",
        "-DENIED Redis is running in protected mode\r\n", "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n+PONG\r\n",
        "+OK\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n:5\r\n",
    ])
    func doesNotTakeNonsenseForAnAnswer(_ nonsense: String) async throws {
        let server = try await FakeServer.started { _ in .sends(Array(nonsense.utf8)) }
        let bus = try self.bus(server)
        let isTryingAgain = await self.reachesThirdAttempt(bus)
        #expect(isTryingAgain)
        await bus.close()
        try await server.stop()
    }

    @Test func aServerThatStaysSilentIsGivenUpAndTriedAgain() async throws {
        let server = try await FakeServer.started { _ in .silent }
        let bus = try self.bus(server)
        let isTryingAgain = await self.reachesThirdAttempt(bus)
        #expect(isTryingAgain)
        #expect(await bus.health().reason?.contains("was not ready within") == true)
        await bus.close()
        try await server.stop()
    }

    @Test func aServerThatHangsUpIsTriedAgain() async throws {
        let server = try await FakeServer.started { _ in .closes }
        let bus = try self.bus(server)
        let isTryingAgain = await self.reachesThirdAttempt(bus)
        #expect(isTryingAgain)
        #expect(await bus.health().reason?.isEmpty == false)
        await bus.close()
        try await server.stop()
    }

    @Test func closesWhileAnAttemptIsUnderWay() async throws {
        let server = try await FakeServer.started { _ in .silent }
        let bus = try RedisBus("127.0.0.1:\(server.port),connectTimeout=3600000", logger: self.logger)
        await bus.close()
        #expect(bus.state == .closed)
        try await server.stop()
    }

    private let logger = Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }

    private func bus(_ server: FakeServer) throws -> RedisBus {
        try RedisBus("127.0.0.1:\(server.port),connectTimeout=100,password=p", logger: self.logger)
    }

    private func reachesThirdAttempt(_ bus: RedisBus) async -> Bool {
        for await state in bus.states {
            if case .reconnecting(let attempt, _) = state, attempt >= 3 { return true }
            if state == .connected { return false }
        }
        return false
    }
}
