import BusCore
import Logging
import RedisBus
import Testing

@Suite("What RedisBus says about connections that fail", .timeLimit(.minutes(1)))
struct RedisDialerTests {
    @Test func thatNobodyListens() async throws {
        let reason = try await self.failure("127.0.0.1:1")
        #expect(reason.contains("Redis at 127.0.0.1:1 cannot be reached: the connection was refused."), "\(reason)")
    }

    @Test func thatThereIsNoSocket() async throws {
        let reason = try await self.failure("unix:/nowhere/redis.sock")
        #expect(
            reason.contains("Redis at unix:/nowhere/redis.sock cannot be reached: there is no such socket."),
            "\(reason)"
        )
    }

    @Test func thatTheNameIsUnknown() async throws {
        let reason = try await self.failure("no-such-host.invalid,connectTimeout=20000")
        #expect(reason.contains("no address is known for the host name no-such-host.invalid"), "\(reason)")
    }

    @Test(arguments: ["-ERR unknown command\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"])
    func thatTheServerSpeaksNoTLS(_ answer: String) async throws {
        let server = try await FakeServer.started { _ in .sends(Array(answer.utf8)) }
        let reason = try await self.failure("127.0.0.1:\(server.port),ssl=true")
        #expect(reason.contains("the server does not speak TLS on this port"), "\(reason)")
        try await server.stop()
    }

    @Test func thatTheServerClosesTheHandshake() async throws {
        let server = try await FakeServer.started { _ in .closes }
        let reason = try await self.failure("127.0.0.1:\(server.port),ssl=true")
        #expect(reason.contains("TLS connection to Redis at 127.0.0.1:\(server.port) failed"), "\(reason)")
        try await server.stop()
    }

    @Test func thatTheServerDoesNotAnswerTheHandshake() async throws {
        let server = try await FakeServer.started { _ in .silent }
        let reason = try await self.failure("127.0.0.1:\(server.port),ssl=true,connectTimeout=200")
        #expect(reason.contains("did not answer the handshake in time"), "\(reason)")
        try await server.stop()
    }

    @Test func thatTheServerSpeaksTLS() async throws {
        // The alert "unexpected message" of TLS 1.2.
        let server = try await FakeServer.started { _ in .sends([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0A]) }
        let reason = try await self.failure("127.0.0.1:\(server.port)")
        #expect(reason.contains("Write ssl=true or rediss://"), "\(reason)")
        try await server.stop()
    }

    @Test func thatTheServerSaysNothing() async throws {
        let server = try await FakeServer.started { _ in .closes }
        let reason = try await self.failure("127.0.0.1:\(server.port)")
        #expect(reason.contains("closed the connection before it said anything"), "\(reason)")
        try await server.stop()
    }

    private func failure(_ string: String) async throws -> String {
        let bus = try RedisBus(string, logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() })
        for await state in bus.states {
            if case .reconnecting(let attempt, _) = state, attempt >= 2 { break }
        }
        let reason = await bus.health().reason
        await bus.close()
        return reason ?? ""
    }
}
