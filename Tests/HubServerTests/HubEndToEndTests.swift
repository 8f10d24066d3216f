import BusCore
import HubRuntime
import InMemoryBus
import NIOCore
import Testing

@testable import HubServer

/// A real hub behind a real socket.
@Suite(.timeLimit(.minutes(1)))
struct HubEndToEndTests {
    struct Greeter: Hub {
        enum Client {
            static let greet = ClientMethod<String>("Greet")
        }

        static func register(in methods: inout HubMethods<Greeter>) {
            methods.on("Double") { (_: HubCall, number: Int) in number * 2 }
            methods.on("WhoAmI") { (call: HubCall) in call.userID ?? "nobody" }
            methods.on("GreetAll", Greeter.greetAll)
        }

        func greetAll(_ call: HubCall, name: String) async throws {
            try await call.clients.all.send(Client.greet, name)
        }
    }

    private static let handshake = ClientFrame.text("{\"protocol\":\"json\",\"version\":1}\u{1E}").bytes

    private func withServer(_ body: (HubServer) async throws -> Void) async throws {
        var configuration = HubServerConfiguration()
        configuration.port = 0
        let bus = InMemoryBus()
        let server = HubServer(bus: bus, configuration: configuration)
        server.map(Greeter(), at: "/greeter") { $0.userID = { $0.query["user"] } }
        try await server.start()
        do {
            try await body(server)
        } catch {
            await server.shutdown()
            await bus.close()
            throw error
        }
        await server.shutdown()
        await bus.close()
    }

    private func open(_ client: RawClient, _ target: String = "/greeter") async throws {
        try await client.openSocket(target)
        try await client.send(Self.handshake)
        try await expect(client, "{}\u{1E}")
    }

    private func expect(_ client: RawClient, _ text: String, at location: SourceLocation = #_sourceLocation)
        async throws
    {
        let frame = try await client.frame()
        #expect(frame.first == 0x81, sourceLocation: location)
        #expect(String(decoding: frame.payload, as: UTF8.self) == text, sourceLocation: location)
    }

    private func call(_ client: RawClient, _ target: String, _ arguments: String) async throws {
        let message = #"{"type":1,"invocationId":"1","target":"\#(target)","arguments":[\#(arguments)]}"#
        try await client.send(ClientFrame.text(message + "\u{1E}").bytes)
    }

    @Test("A client invokes a method and gets its result")
    func invokes() async throws {
        try await withServer { server in
            try await RawClient.with(server.localAddress) { client in
                try await open(client, "/greeter?user=J%C3%B6rg")
                try await call(client, "Double", "21")
                try await expect(client, "{\"type\":3,\"invocationId\":\"1\",\"result\":42}\u{1E}")
                try await call(client, "WhoAmI", "")
                try await expect(client, "{\"type\":3,\"invocationId\":\"1\",\"result\":\"Jörg\"}\u{1E}")
            }
        }
    }

    @Test("A broadcast reaches every client")
    func broadcasts() async throws {
        try await withServer { server in
            try await RawClient.with(server.localAddress) { first in
                try await open(first)
                try await RawClient.with(server.localAddress) { second in
                    try await open(second)
                    // An answer tells that the hub has taken each of them in.
                    for client in [first, second] {
                        try await call(client, "Double", "1")
                        _ = try await client.frame()
                    }
                    let message = #"{"type":1,"target":"GreetAll","arguments":["Ada"]}"#
                    try await second.send(ClientFrame.text(message + "\u{1E}").bytes)
                    for client in [first, second] {
                        try await expect(client, "{\"type\":1,\"target\":\"Greet\",\"arguments\":[\"Ada\"]}\u{1E}")
                    }
                }
            }
        }
    }

    @Test("A wrong handshake is answered with an error and the connection closed")
    func wrongHandshake() async throws {
        try await withServer { server in
            try await RawClient.with(server.localAddress) { client in
                try await client.openSocket("/greeter")
                try await client.send(ClientFrame.text("{\"protocol\":\"smoke\",\"version\":1}\u{1E}").bytes)
                try await expect(client, "{\"error\":\"The protocol 'smoke' is not supported.\"}\u{1E}")
                #expect(try await client.frame().first == 0x88)
            }
        }
    }

    @Test("An oversized hub message ends the connection with an error that names the limit")
    func oversized() async throws {
        try await withServer { server in
            try await RawClient.with(server.localAddress) { client in
                try await open(client)
                try await call(client, "Double", String(repeating: "1", count: 40_000))
                let close = try await client.frame()
                #expect(String(decoding: close.payload, as: UTF8.self).contains("32768"))
                #expect(try await client.frame().first == 0x88)
            }
        }
    }

    @Test("Stopping tells every client to reconnect, and closes")
    func stops() async throws {
        try await withServer { server in
            try await RawClient.with(server.localAddress) { client in
                try await open(client)
                try await call(client, "Double", "1")
                _ = try await client.frame()
                async let stopped: Void = server.shutdown()
                try await expect(client, "{\"type\":7,\"allowReconnect\":true}\u{1E}")
                let close = try await client.frame()
                #expect(close.first == 0x88)
                try await client.send(ClientFrame.close(1000).bytes)
                #expect(await client.readToEnd() == [])
                await stopped
                #expect(server.connectionCount == 0)
                #expect(server.localAddress == nil)
                await #expect(throws: HubServerError.self) { try await server.start() }
            }
        }
    }
}
