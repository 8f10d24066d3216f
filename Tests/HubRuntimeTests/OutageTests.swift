import BusCore
import HubProtocol
import HubRuntime
import HubRuntimeTestSupport
import InMemoryBus
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct OutageTests {
    private let broker = InMemoryBroker()
    private let bus: InMemoryBus
    private let node: TestNode
    private let other: TestNode

    init() throws {
        self.bus = InMemoryBus(broker: self.broker)
        self.other = try TestNode(on: InMemoryBus(broker: self.broker))
        self.node = try TestNode(on: self.bus)
    }

    @Test func clientsConnectAndJoinDuringAnOutageAndAreCompleteAfterIt() async throws {
        let old = try await self.node.connect("old")
        self.bus.cut(.both)
        let client = try await self.node.connect("new", user: "ada")
        try await client.invoke("Join", "g")
        // This node's messages arrive, the method does not fail.
        try await client.invoke("Group", "g", "local")
        #expect(await client.next("Message") == ["local"])
        #expect(try await old.invoke("Add", 1, 1) == 2)
        self.bus.restore()
        try await self.bus.connected(within: .seconds(30))
        let context = self.other.context
        try await context.clients.group("g").send(TestHub.message, "group")
        #expect(await client.next("Message") == ["group"])
        try await context.clients.user("ada").send(TestHub.message, "user")
        #expect(await client.next("Message") == ["user"])
        try await context.clients.client("new").send(TestHub.message, "connection")
        #expect(await client.next("Message") == ["connection"])
        #expect(client.received("Message").count == 4)
    }

    @Test func whoLeavesDuringAnOutageHasLeft() async throws {
        let client = try await self.node.connect("a")
        try await client.invoke("Join", "g")
        try await client.invoke("Join", "h")
        self.bus.cut(.both)
        try await client.invoke("Leave", "g")
        self.bus.restore()
        try await self.bus.connected(within: .seconds(30))
        try await self.other.context.clients.group("g").send(TestHub.message, "not for you")
        try await self.other.context.clients.group("h").send(TestHub.message, "for you")
        #expect(await client.next("Message") == ["for you"])
        #expect(client.received("Message").count == 1)
    }

    @Test func aNodeThatStartsDuringAnOutageServesItsClientsAndJoinsWhenItIsOver() async throws {
        let bus = InMemoryBus(broker: self.broker)
        bus.cut(.both)
        let node = try TestNode(on: bus)
        let client = try await node.connect("a")
        try await client.invoke("All", "here")
        #expect(await client.next("Message") == ["here"])
        bus.restore()
        try await bus.connected(within: .seconds(30))
        try await node.endpoint.joined(within: .seconds(30))
        try await self.other.context.clients.all.send(TestHub.message, "there")
        #expect(await client.next("Message") == ["there"])
    }

    @Test func theApplicationIsToldOfGapsAndNoConnectionIsLost() async throws {
        let (gaps, told) = AsyncStream.makeStream(of: BusGap.self)
        let bus = InMemoryBus(broker: self.broker)
        let node = try TestNode(on: bus) { $0.busGap = { told.yield($0) } }
        let client = try await node.connect("a")
        bus.cut(.subscribing)
        bus.restore()
        try await bus.connected(within: .seconds(30))
        let gap = await gaps.first { $0.channel == "Tests.TestHub:all" }
        #expect(gap?.reason == .linkLost)
        #expect(node.endpoint.statistics.gaps >= 1)
        #expect(try await client.invoke("Add", 1, 1) == 2)
    }

    @Test func aGroupTheBusDoesNotAllowIsAnErrorForWhoJoins() async throws {
        let (errors, failed) = AsyncStream.makeStream(of: (any Error)?.self)
        var hooks = TestHooks()
        hooks.connected = { call in
            do {
                try await call.groups.add(to: "secret")
                failed.yield(nil)
            } catch {
                failed.yield(error)
            }
        }
        let bus = InMemoryBus(broker: self.broker)
        bus.deny("Tests.TestHub:group:secret")
        let node = try TestNode(on: bus, hooks: hooks)
        let client = try await node.connect("a")
        let error = await errors.first { _ in true }
        #expect((error as? BackplaneError)?.code == .refused)
        #expect(try await client.invoke("Add", 1, 1) == 2)
    }

    @Test(arguments: [
        "", "C1", "90", "91 90", "92 90 90", "92 C0 80", "92 91 05 80", "92 91 A1 FF 80", "92 DD FF FF FF FF",
        "92 90 DF FF FF FF FF",
        "92 90 81 A4 6A 73 6F 6E C6 FF FF FF FF",
    ])
    func aMalformedMessageOfTheBusIsSkippedAndCounted(hex: String) async throws {
        let client = try await self.node.connect("a", user: "ada")
        try await client.invoke("Join", "g")
        let channels = BackplaneChannels(hub: TestHub.name, server: self.node.endpoint.serverName)
        let invocations = [channels.all, channels.group("g"), channels.user("ada"), channels.connection("a")]
        for channel in invocations { try await self.bus.publish(ByteBuffer(hex: hex), to: channel) }
        #expect(self.node.endpoint.statistics.malformed == invocations.count)
        for channel in [channels.groupCommands, channels.acks, channels.nodes, channels.answers] {
            try await self.bus.publish(ByteBuffer(hex: hex), to: channel)
        }
        #expect(self.node.endpoint.statistics.malformed >= invocations.count + 3)
        try await self.node.context.clients.all.send(TestHub.message, "after")
        #expect(await client.next("Message") == ["after"])
    }

    @Test func aMessageWithoutTheClientsProtocolIsSkippedAndCounted() async throws {
        let client = try await self.node.connect("a")
        let bytes = ByteBuffer(hex: "92 90 81 AB 6D 65 73 73 61 67 65 70 61 63 6B C4 01 2A")
        try await self.bus.publish(bytes, to: "Tests.TestHub:all")
        try await self.bus.publish(bytes, to: "Tests.TestHub:connection:a")
        try await self.node.context.clients.all.send(TestHub.message, "after")
        #expect(await client.next("Message") == ["after"])
        #expect(self.node.endpoint.statistics.missingProtocol == 2)
        #expect(self.node.endpoint.statistics.malformed == 0)
    }
}
