import BusCore
import HubProtocol
import HubRuntime
import HubRuntimeTestSupport
import InMemoryBus
import Testing

/// Each row of the table of what a send tells its caller.
@Suite(.timeLimit(.minutes(1))) struct SendReceiptTests {
    private let broker = InMemoryBroker()
    private let bus: InMemoryBus
    private let node: TestNode
    private let other: TestNode

    init() throws {
        var configuration = InMemoryBus.defaultConfiguration
        configuration.publishDeadline = .milliseconds(50)
        self.bus = InMemoryBus(broker: self.broker, configuration: configuration)
        self.node = try TestNode(on: self.bus)
        self.other = try TestNode(on: InMemoryBus(broker: self.broker))
    }

    @Test func anAcceptedMessageArrivesThroughTheBusOnce() async throws {
        let (here, there) = try await self.clients()
        let receipt = try await self.node.context.clients.group("g").send(TestHub.message, "x")
        #expect(receipt.isPublished)
        try await self.expect(here, ["x"], there, ["x"])
    }

    @Test func anAcceptedMessageWhoseEchoIsMissedIsDeliveredLocallyOnce() async throws {
        let (here, there) = try await self.clients()
        self.bus.cut(.subscribing)
        let receipt = try await self.node.context.clients.group("g").send(TestHub.message, "x")
        #expect(receipt.isPublished)
        #expect(await here.next("Message") == ["x"])
        #expect(await there.next("Message") == ["x"])
        try await self.restore()
        try await self.expect(here, [], there, [])
        #expect(here.received("Message").count == 1)
    }

    @Test func aMessageThatIsNotSentReachesTheConnectionsOfThisNode() async throws {
        let (here, there) = try await self.clients()
        self.bus.cut(.both)
        let receipt = try await self.node.context.clients.group("g").send(TestHub.message, "x")
        guard case .localOnly(let error, let recipients) = receipt else {
            Issue.record("expected .localOnly, got \(receipt)")
            return
        }
        #expect(error.code == .notSent)
        #expect(recipients == 1)
        #expect(await here.next("Message") == ["x"])
        try await self.restore()
        try await self.expect(here, [], there, [])
        #expect(there.received("Message").isEmpty)
        #expect(self.node.endpoint.statistics.localOnly == 1)
    }

    @Test func localRecipientsAreCountedWithoutTheExcludedOnes() async throws {
        let (here, _) = try await self.clients()
        let second = try await self.node.connect("second")
        self.bus.cut(.both)
        let receipt = try await self.node.context.clients.allExcept(["here"]).send(TestHub.message, "x")
        guard case .localOnly(_, recipients: 1) = receipt else {
            Issue.record("expected one recipient, got \(receipt)")
            return
        }
        #expect(await second.next("Message") == ["x"])
        #expect(here.received("Message").isEmpty)
    }

    @Test func aMessageThatIsNotSentAndConcernsNobodyHereThrows() async throws {
        _ = try await self.clients()
        self.bus.cut(.both)
        let error = await #expect(throws: BackplaneError.self) {
            try await self.node.context.clients.group("empty here").send(TestHub.message, "x")
        }
        #expect(error?.code == .notSent)
    }

    @Test func aMessageThatIsNotSentToARemoteConnectionThrows() async throws {
        let (_, there) = try await self.clients()
        self.bus.cut(.both)
        let error = await #expect(throws: BackplaneError.self) {
            try await self.node.context.clients.client(there.id).send(TestHub.message, "x")
        }
        #expect(error?.code == .notSent)
    }

    @Test func anIndeterminateMessageThrowsAndItsLateEchoIsNoDuplicate() async throws {
        let (here, there) = try await self.clients()
        self.bus.stallPublishing()
        let error = await #expect(throws: BackplaneError.self) {
            try await self.node.context.clients.group("g").send(TestHub.message, "x")
        }
        #expect(error?.code == .indeterminate)
        #expect(here.received("Message").isEmpty)
        try await self.restore()
        try await self.expect(here, [], there, [])
        #expect(here.received("Message").count <= 1)
    }

    @Test func aRefusedMessageThrowsAndReachesNobody() async throws {
        let (here, there) = try await self.clients()
        self.bus.deny("Tests.TestHub:group:g")
        let error = await #expect(throws: BackplaneError.self) {
            try await self.node.context.clients.group("g").send(TestHub.message, "x")
        }
        #expect(error?.code == .refused)
        try await self.expect(here, [], there, [])
        #expect(here.received("Message").isEmpty)
    }

    @Test func aMessageTooLargeForTheBusThrowsAndReachesNobody() async throws {
        let (here, there) = try await self.clients()
        let text = String(repeating: "x", count: self.bus.limits.maximumPayloadBytes)
        let error = await #expect(throws: BackplaneError.self) {
            try await self.node.context.clients.all.send(TestHub.message, text)
        }
        #expect(error?.code == .refused)
        #expect((error?.cause as? BusError)?.code == .payloadTooLarge)
        try await self.expect(here, [], there, [])
    }

    @Test func aValueThatCannotBeEncodedThrows() async throws {
        _ = try await self.clients()
        let error = await #expect(throws: BackplaneError.self) {
            try await self.node.context.clients.all.send("Number", Double.nan)
        }
        #expect(error?.code == .unencodable)
    }

    @Test func aClosedBusThrows() async throws {
        let (here, _) = try await self.clients()
        await self.bus.close()
        let error = await #expect(throws: BackplaneError.self) {
            try await self.node.context.clients.all.send(TestHub.message, "x")
        }
        #expect(error?.code == .closed)
        #expect(here.received("Message").isEmpty)
    }

    @Test func aMessageToALocalConnectionNeverTouchesTheBus() async throws {
        let (here, _) = try await self.clients()
        let before = self.bus.statistics.published
        self.bus.cut(.both)
        let receipt = try await self.node.context.clients.client("here").send(TestHub.message, "x")
        #expect(receipt.isPublished)
        #expect(await here.next("Message") == ["x"])
        #expect(self.bus.statistics.published == before)
    }

    // MARK: Support

    private func clients() async throws -> (here: TestClient, there: TestClient) {
        let here = try await self.node.connect("here")
        let there = try await self.other.connect("there")
        try await here.invoke("Join", "g")
        try await there.invoke("Join", "g")
        return (here, there)
    }

    private func restore() async throws {
        self.bus.restore()
        try await self.bus.connected(within: .seconds(30))
    }

    /// Checks what comes before a last message to all.
    private func expect(_ here: TestClient, _ onHere: [String], _ there: TestClient, _ onThere: [String]) async throws {
        try await self.node.context.clients.all.send("End")
        _ = await here.next("End")
        _ = await there.next("End")
        for text in onHere { #expect(await here.next("Message") == [.string(text)]) }
        for text in onThere { #expect(await there.next("Message") == [.string(text)]) }
    }
}

extension SendReceipt {
    var isPublished: Bool { if case .published = self { true } else { false } }
}
