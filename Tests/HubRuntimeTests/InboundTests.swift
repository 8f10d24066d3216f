import HubProtocol
import HubRuntime
import HubRuntimeTestSupport
import InMemoryBus
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct InboundTests {
    @Test func aMessageThatIsTooLargeEndsTheConnectionAndNamesSizeAndLimit() async throws {
        let node = try TestNode(on: InMemoryBus()) { $0.maximumMessageSize = 1_000 }
        let client = try await node.connect("a")
        try await client.receive(String(repeating: "x", count: 1_200))
        guard case .closeMessage(.some(let error), false) = await client.close() else {
            Issue.record("no Close message with an error")
            return
        }
        #expect(error.hasPrefix("Connection closed with an error."))
        #expect(error.contains("1200") && error.contains("1000"))
        #expect(await client.closed()?.code == .tooBig)
    }

    @Test(arguments: ["{\"type\":1,", "[]", "{\"type\":\"one\"}", "{}", "{\"type\":1,\"target\":7,\"arguments\":[]}"])
    func whatIsNoMessageEndsTheConnection(text: String) async throws {
        let node = try TestNode(on: InMemoryBus())
        let client = try await node.connect("a")
        try await client.receive(text + "\u{1E}")
        guard case .closeMessage(.some, false) = await client.close() else {
            Issue.record("no Close message with an error")
            return
        }
        #expect(await client.closed()?.code == .protocolError)
    }

    @Test func lateAndUnknownMessagesAreIgnored() async throws {
        let node = try TestNode(on: InMemoryBus())
        let client = try await node.connect("a")
        for text in [
            "{\"type\":2,\"invocationId\":\"9\",\"item\":1}", "{\"type\":3,\"invocationId\":\"9\",\"result\":1}",
            "{\"type\":5,\"invocationId\":\"9\"}", "{\"type\":6}", "{\"type\":8,\"sequenceId\":1}",
            "{\"type\":9,\"sequenceId\":1}", "{\"type\":42,\"whatever\":[1]}",
        ] {
            try await client.receive(text + "\u{1E}")
        }
        #expect(try await client.invoke("Add", 1, 2) == 3)
        #expect(client.inbox.history.count == 3)
    }

    @Test(arguments: [("{\"type\":7}", false), ("{\"type\":7,\"error\":\"bye\"}", true)])
    func aCloseOfTheClientEndsTheConnectionGracefully(text: String, hasError: Bool) async throws {
        let (ended, end) = AsyncStream.makeStream(of: (any Error)?.self)
        var hooks = TestHooks()
        hooks.disconnected = { _, error in end.yield(error) }
        let node = try TestNode(on: InMemoryBus(), hooks: hooks)
        let client = try await node.connect("a")
        try await client.receive(text + "\u{1E}")
        #expect(await client.closed()?.code == .normal)
        let error = await ended.first { _ in true }
        #expect((error as? HubError) == (hasError ? HubError("bye") : nil))
    }

    @Test func readingStopsWhenInvocationsWaitAndGoesOnWhenTheyHaveRun() async throws {
        let node = try TestNode(on: InMemoryBus()) { $0.maximumWaitingInvocations = 4 }
        let client = try await node.connect("a")
        let first = try await client.begin("Wait", ["gate"])
        await node.hooks.gates.arrival("gate")
        var ids: [String] = []
        for number in 0..<3 { ids.append(try await client.begin("Add", [number, 1])) }
        #expect(try await client.withTransport { $0.isReadingPaused } == false)
        for number in 3..<10 { ids.append(try await client.begin("Add", [number, 1])) }
        #expect(try await client.withTransport { $0.isReadingPaused } == true)
        // A ping is handled when it is its turn; nothing is lost.
        try await client.send(.ping)
        await node.hooks.gates.open("gate")
        try await client.completion(of: first)
        for (number, id) in ids.enumerated() {
            #expect(try await client.completion(of: id) == .int(Int64(number) + 1))
        }
        #expect(try await client.withTransport { $0.isReadingPaused } == false)
    }

    @Test func bytesOfWaitingInvocationsAreBoundedToo() async throws {
        let node = try TestNode(on: InMemoryBus()) { $0.maximumWaitingInvocationBytes = 2_000 }
        let client = try await node.connect("a")
        _ = try await client.begin("Wait", ["gate"])
        await node.hooks.gates.arrival("gate")
        _ = try await client.begin("Echo", [String(repeating: "x", count: 1_500)])
        #expect(try await client.withTransport { $0.isReadingPaused } == false)
        let last = try await client.begin("Echo", [String(repeating: "y", count: 1_500)])
        #expect(try await client.withTransport { $0.isReadingPaused } == true)
        await node.hooks.gates.open("gate")
        try await client.completion(of: last)
        #expect(try await client.withTransport { $0.isReadingPaused } == false)
    }

    @Test func invocationsOfOneClientRunOneAfterTheOther() async throws {
        let node = try TestNode(on: InMemoryBus())
        let client = try await node.connect("a")
        _ = try await client.begin("Wait", ["first"])
        let second = try await client.begin("Wait", ["second"])
        await node.hooks.gates.arrival("first")
        #expect(await node.hooks.gates.hasArrived("second") == false)
        await node.hooks.gates.open("second")
        await node.hooks.gates.open("first")
        try await client.completion(of: second)
    }

    @Test func moreRunAtATimeIfTheLimitAllows() async throws {
        let node = try TestNode(on: InMemoryBus()) { $0.maximumParallelInvocations = 2 }
        let client = try await node.connect("a")
        let first = try await client.begin("Wait", ["first"])
        let second = try await client.begin("Wait", ["second"])
        await node.hooks.gates.arrival("second")
        await node.hooks.gates.open("second")
        try await client.completion(of: second)
        await node.hooks.gates.open("first")
        try await client.completion(of: first)
    }
}

extension TestClient {
    /// Waits for the server's Close message.
    func close() async -> ClientEvent {
        await self.inbox.next { if case .closeMessage = $0 { true } else { false } }
    }
}
