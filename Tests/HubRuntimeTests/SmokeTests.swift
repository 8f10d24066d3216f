import HubProtocol
import HubRuntime
import HubRuntimeTestSupport
import InMemoryBus
import Testing

@Suite(.timeLimit(.minutes(1))) struct HubEndpointTests {
    @Test func aClientCallsAMethodAndGetsItsResult() async throws {
        let node = try TestNode(on: InMemoryBus())
        let client = try await node.connect("a")
        #expect(try await client.invoke("Add", 2, 3) == 5)
    }

    @Test func aMessageToAllReachesEveryNode() async throws {
        let broker = InMemoryBroker()
        let first = try TestNode(on: InMemoryBus(broker: broker))
        let second = try TestNode(on: InMemoryBus(broker: broker), loops: 2)
        let clients = [
            try await first.connect("a"), try await second.connect("b"), try await second.connect("c", loop: 1),
        ]
        try await clients[0].invoke("All", "hello")
        for client in clients { #expect(await client.next("Message") == ["hello"]) }
    }
}
