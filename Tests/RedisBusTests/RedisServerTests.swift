import RedisTestSupport
import Testing

@Suite("The launcher of real Redis servers", .timeLimit(.minutes(1)))
struct RedisServerTests {
    @Test(arguments: [RedisServer.Transport.tcp, .unixSocket])
    func answersAndComesBackAfterAKillOnTheSameAddress(_ transport: RedisServer.Transport) async throws {
        let server = try await RedisServer.started(transport)
        try await server.command("SET", "key", "value")
        #expect(try await server.command("GET", "key") == .bulk(Array("value".utf8)))
        await server.kill9()
        await #expect(throws: RedisServerError.self) { try await server.command("PING") }
        try await server.start()
        #expect(try await server.command("GET", "key") == .null)
    }

    @Test func saysWhyItDoesNotStart() async throws {
        let server = try RedisServer(.unixSocket, arguments: ["--no-such-option", "1"])
        let error = await #expect(throws: RedisServerError.self) { try await server.start() }
        #expect(error?.description.contains("no-such-option") == true)
    }

    @Test func signsInWithThePassword() async throws {
        let server = try await RedisServer.started(.unixSocket, password: "secret word")
        #expect(try await server.command("PING") == .status(Array("PONG".utf8)))
    }
}
