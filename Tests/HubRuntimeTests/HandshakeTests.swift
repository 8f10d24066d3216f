import HubProtocol
import HubRuntime
import HubRuntimeTestSupport
import InMemoryBus
import Testing

@Suite(.timeLimit(.minutes(1))) struct HandshakeTests {
    private let node: TestNode

    init() throws {
        self.node = try TestNode(on: InMemoryBus()) { $0.maximumMessageSize = 200 }
    }

    @Test func itMayArriveByteByByteWithTheFirstMessageBehindIt() async throws {
        let client = try await self.node.open("a")
        let text =
            "{\"protocol\":\"JSON\",\"version\":1}\u{1E}"
            + "{\"type\":1,\"invocationId\":\"1\",\"target\":\"Add\",\"arguments\":[1,2]}\u{1E}"
        for character in text.unicodeScalars { try await client.receive(String(character)) }
        #expect(await client.inbox.next { _ in true } == .handshake(error: nil))
        #expect(try await client.completion(of: "1") == 3)
    }

    @Test(arguments: [
        ("{\"protocol\":\"xml\",\"version\":1}\u{1E}", "The protocol 'xml' is not supported."),
        (
            "{\"protocol\":\"json\",\"version\":99}\u{1E}",
            "The server does not support version 99 of the 'json' protocol."
        ),
        (
            "{\"protocol\":\"json\",\"version\":2}\u{1E}",
            "The server does not support version 2 of the 'json' protocol."
        ),
        (
            "{\"protocol\":\"json\",\"version\":-9223372036854775808}\u{1E}",
            "The server does not support version -9223372036854775808 of the 'json' protocol."
        ),
    ])
    func whatTheServerDoesNotSpeakIsRefusedInDotNetsWords(request: String, error: String) async throws {
        let client = try await self.node.open("a")
        try await client.receive(request)
        #expect(await client.inbox.next { _ in true } == .handshake(error: error))
        #expect(await client.closed() != nil)
    }

    @Test(arguments: ["nonsense\u{1E}", "{\"version\":1}\u{1E}", "{}\u{1E}", "\u{1E}", "{\"protocol\":\"json\"}\u{1E}"])
    func nonsenseIsRefused(request: String) async throws {
        let client = try await self.node.open("a")
        try await client.receive(request)
        guard case .handshake(.some(let error)) = await client.inbox.next(where: { _ in true }) else {
            Issue.record("the handshake was not refused")
            return
        }
        #expect(error.hasPrefix("An unexpected error occurred during connection handshake."))
        #expect(await client.closed() != nil)
    }

    @Test func oneThatDoesNotEndIsRefused() async throws {
        let client = try await self.node.open("a")
        try await client.receive(String(repeating: " ", count: 300))
        guard case .handshake(.some(let error)) = await client.inbox.next(where: { _ in true }) else {
            Issue.record("the handshake was not refused")
            return
        }
        #expect(error.hasPrefix("Handshake was canceled."))
        #expect(error.contains("200"))
        #expect(await client.closed() != nil)
    }

    @Test func oneThatDoesNotComeIsCanceledAfterFifteenSeconds() async throws {
        let client = try await self.node.open("a")
        await self.node.advance(bySeconds: 14)
        try await client.receive("{\"protocol\"")
        #expect(client.inbox.history.isEmpty)
        await self.node.advance(bySeconds: 2)
        #expect(await client.inbox.next { _ in true } == .handshake(error: "Handshake was canceled."))
        #expect(await client.closed() != nil)
        #expect(self.node.endpoint.statistics.connections == 0)
    }

    @Test func aSecondConnectionOfTheSameIDIsRefused() async throws {
        let first = try await self.node.connect("a")
        let second = try await self.node.open("a")
        try await second.receive("{\"protocol\":\"json\",\"version\":1}\u{1E}")
        #expect(await second.closed() != nil)
        #expect(try await first.invoke("Add", 1, 1) == 2)
    }

    @Test func nothingIsDeliveredBeforeIt() async throws {
        let client = try await self.node.open("a")
        try await self.node.context.clients.all.send(TestHub.message, "early")
        try await client.shakeHands()
        try await self.node.context.clients.all.send(TestHub.message, "late")
        #expect(await client.next("Message") == ["late"])
        #expect(client.received("Message").count == 1)
    }
}
