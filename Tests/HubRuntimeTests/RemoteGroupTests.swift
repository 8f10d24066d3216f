import BusCore
import HubProtocol
import HubRuntime
import HubRuntimeTestSupport
import InMemoryBus
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1))) struct RemoteGroupTests {
    private let broker = InMemoryBroker()

    @Test func aConnectionThatExistsNowhereIsReportedWithoutWaitingForTheTimeLimit() async throws {
        let nodes = try (0..<3).map { _ in
            try TestNode(on: InMemoryBus(broker: self.broker)) { $0.groupTimeout = .seconds(3_600) }
        }
        let error = await #expect(throws: BackplaneError.self) {
            try await nodes[0].context.groups.add("nobody", to: "g")
        }
        #expect(error?.code == .connectionNotFound)
        #expect(error?.message == "Connection 'nobody' does not exist.")
    }

    @Test func aNodeOfAnotherKindMayHaveTheConnectionSoTheTimeLimitDecides() async throws {
        let node = try TestNode(on: InMemoryBus(broker: self.broker)) { $0.groupTimeout = .milliseconds(50) }
        // A .NET node listens to group commands and to nothing of ours; it never denies.
        let stranger = InMemoryBus(broker: self.broker)
        let listener = SilentReceiver()
        _ = try await stranger.subscribe(
            to: ["Tests.TestHub:internal:groups"],
            receiver: listener,
            activeWithin: .seconds(10)
        )
        let error = await #expect(throws: BackplaneError.self) {
            try await node.context.groups.add("nobody", to: "g")
        }
        #expect(error?.code == .timedOut)
        #expect(error?.message.contains("nobody") == true)
    }

    @Test func aGroupCommandOfANetNodeIsObeyedAndConfirmed() async throws {
        let bus = InMemoryBus(broker: self.broker)
        let node = try TestNode(on: bus)
        let client = try await node.connect("c")
        let stranger = InMemoryBus(broker: self.broker)
        let acks = ForwardingReceiver()
        _ = try await stranger.subscribe(
            to: ["Tests.TestHub:internal:ack:net_1"],
            receiver: acks,
            activeWithin: .seconds(10)
        )
        let command = GroupCommand(id: 7, server: "net_1", action: .add, group: "g", connectionID: "c")
        try await stranger.publish(command.encoded(), to: "Tests.TestHub:internal:groups")
        let answer = await acks.payloads.first { _ in true }
        #expect(answer?.hex == "91 07")
        try await node.context.clients.group("g").send(TestHub.message, "x")
        #expect(await client.next("Message") == ["x"])
    }

    @Test func aChangeDuringAnOutageThrowsAtOnce() async throws {
        let bus = InMemoryBus(broker: self.broker)
        let node = try TestNode(on: bus) { $0.groupTimeout = .seconds(3_600) }
        bus.cut(.both)
        let error = await #expect(throws: BackplaneError.self) {
            try await node.context.groups.add("nobody", to: "g")
        }
        #expect(error?.code == .notSent)
    }

    @Test func acknowledgementsFindTheirRequest() async {
        let table = AcknowledgementTable()
        let first = table.begin()
        let second = table.begin()
        #expect(first != second)
        table.acknowledged(second)
        table.acknowledged(99)
        #expect(await table.outcome(of: second, within: .seconds(30)) == .acknowledged)
        #expect(await table.outcome(of: first, within: .zero) == nil)
        table.answered(first, hasConnection: false)
        table.expectAnswers(2, to: first)
        #expect(await table.outcome(of: first, within: .zero) == nil)
        table.answered(first, hasConnection: false)
        #expect(await table.outcome(of: first, within: .seconds(30)) == .notFound)
        table.end(first)
        #expect(await table.outcome(of: first, within: .seconds(30)) == nil)
    }

    @Test func oneNodeThatHasTheConnectionOutvotesAllThatDoNot() async {
        let table = AcknowledgementTable()
        let request = table.begin()
        table.expectAnswers(3, to: request)
        table.answered(request, hasConnection: true)
        for _ in 0..<5 { table.answered(request, hasConnection: false) }
        #expect(await table.outcome(of: request, within: .zero) == nil)
        table.acknowledged(request)
        #expect(await table.outcome(of: request, within: .seconds(30)) == .acknowledged)
    }
}

/// Listens and says nothing.
private final class SilentReceiver: BusReceiver {
    func received(_ event: BusEvent) {}
    func readCompleted() {}
}

/// Passes payloads on.
private final class ForwardingReceiver: BusReceiver {
    let payloads: AsyncStream<ByteBuffer>
    private let continuation: AsyncStream<ByteBuffer>.Continuation

    init() { (self.payloads, self.continuation) = AsyncStream.makeStream() }

    func received(_ event: BusEvent) {
        if case .message(let message) = event { self.continuation.yield(message.payload) }
    }

    func readCompleted() {}
}
