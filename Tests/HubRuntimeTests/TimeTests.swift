import HubProtocol
import HubRuntime
import HubRuntimeTestSupport
import InMemoryBus
import Testing

@Suite(.timeLimit(.minutes(1))) struct TimeTests {
    @Test func aClientToWhichNothingIsSentGetsAPingEveryFifteenSeconds() async throws {
        let node = try TestNode(on: InMemoryBus())
        let client = try await node.connect("a")
        await node.advance(bySeconds: 14)
        #expect(client.pings == 0)
        await node.advance(bySeconds: 2)
        #expect(client.pings == 1)
        try await client.send(.ping)
        await node.advance(bySeconds: 15)
        #expect(client.pings == 2)
    }

    @Test func aClientToWhichSomethingIsSentNeedsNoPing() async throws {
        let node = try TestNode(on: InMemoryBus())
        let client = try await node.connect("a")
        for number in 0..<6 {
            await node.advance(bySeconds: 10)
            try await client.invoke("Add", number, 1)
        }
        #expect(client.pings == 0)
    }

    @Test func aClientThatHasSpokenAndFallsSilentIsGivenUpAfterThirtySeconds() async throws {
        let (ended, end) = AsyncStream.makeStream(of: (any Error)?.self)
        var hooks = TestHooks()
        hooks.disconnected = { _, error in end.yield(error) }
        let node = try TestNode(on: InMemoryBus(), hooks: hooks)
        let client = try await node.connect("a")
        await node.advance(bySeconds: 29)
        #expect(await client.hasClosed() == false)
        await node.advance(bySeconds: 2)
        guard case .closeMessage(.some, true) = await client.close() else {
            Issue.record("no Close message that allows to reconnect")
            return
        }
        #expect(await client.closed()?.code == .policyViolation)
        let error = await ended.first { _ in true }
        #expect((error as? HubConnectionError)?.code == .timedOut)
    }

    @Test func aClientThatHasOnlyShakenHandsIsNotGivenUp() async throws {
        let node = try TestNode(on: InMemoryBus())
        let client = try await node.open("a")
        try await client.shakeHands()
        await node.advance(bySeconds: 100)
        #expect(await client.hasClosed() == false)
        #expect(client.pings >= 5)
    }

    @Test func aClientThatWaitsForUsIsNotGivenUp() async throws {
        let node = try TestNode(on: InMemoryBus())
        let client = try await node.connect("a")
        let id = try await client.begin("Wait", ["gate"])
        await node.hooks.gates.arrival("gate")
        await node.advance(bySeconds: 100)
        #expect(await client.hasClosed() == false)
        await node.hooks.gates.open("gate")
        try await client.completion(of: id)
        await node.advance(bySeconds: 29)
        #expect(await client.hasClosed() == false)
        await node.advance(bySeconds: 2)
        #expect(await client.closed() != nil)
    }

    @Test func aClientThatPingsIsNotGivenUp() async throws {
        let node = try TestNode(on: InMemoryBus())
        let client = try await node.connect("a")
        for _ in 0..<10 {
            await node.advance(bySeconds: 20)
            try await client.send(.ping)
        }
        #expect(await client.hasClosed() == false)
    }

    @Test func placesThatAreUsedAgainHaveTheirOwnTime() async throws {
        let node = try TestNode(on: InMemoryBus())
        let keeper = try await node.connect("keeper")
        for round in 0..<50 {
            let client = try await node.connect("c\(round)")
            await node.advance(bySeconds: 1)
            try await keeper.send(.ping)
            try await client.disconnect()
        }
        let last = try await node.connect("last")
        await node.advance(bySeconds: 14)
        #expect(last.pings == 0)
        await node.advance(bySeconds: 2)
        #expect(last.pings == 1)
    }
}

extension TestClient {
    var pings: Int { self.inbox.history.filter { $0 == .ping }.count }

    func hasClosed() async -> Bool {
        self.inbox.history.contains { if case .transportClosed = $0 { true } else { false } }
    }
}
