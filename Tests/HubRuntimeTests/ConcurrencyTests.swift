import HubProtocol
import HubRuntime
import HubRuntimeTestSupport
import InMemoryBus
import Testing

@Suite(.timeLimit(.minutes(1))) struct ConcurrencyTests {
    /// Connections on many loops join, leave, send and go at the same time; whoever stays gets everything, in order.
    @Test func manyConnectionsOnManyLoops() async throws {
        let broker = InMemoryBroker()
        let nodes = try (0..<2).map { _ in try TestNode(on: InMemoryBus(broker: broker), loops: 3) }
        let clients = try await withThrowingTaskGroup(of: TestClient.self) { tasks in
            for number in 0..<120 {
                tasks.addTask {
                    try await nodes[number % 2].connect("c\(number)", user: "u\(number % 7)", loop: number / 2 % 3)
                }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        let keepers = clients.filter { $0.id.hasSuffix("0") }
        for keeper in keepers { try await keeper.invoke("Join", "stay") }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for client in clients where !client.id.hasSuffix("0") {
                tasks.addTask {
                    for round in 0..<5 {
                        try await client.invoke("Join", "room\(round % 2)")
                        try await client.invoke("Group", "room0", "noise")
                        try await client.invoke("Leave", "room\(round % 2)")
                    }
                    try await client.disconnect()
                }
            }
            tasks.addTask {
                for number in 0..<200 { try await nodes[0].context.clients.group("stay").send("Number", number) }
            }
            try await tasks.waitForAll()
        }
        for keeper in keepers {
            for number in 0..<200 { #expect(await keeper.next("Number") == [.int(Int64(number))]) }
            #expect(keeper.received("Message").isEmpty)
        }
        for node in nodes { await node.endpoint.stop(within: .seconds(20)) }
        for node in nodes {
            #expect(node.endpoint.statistics.connections == 0)
            #expect(node.endpoint.statistics.channels == 0)
        }
    }

    /// The last member of a group leaves while the next one joins, again and again: never two copies, never none.
    @Test func aGroupThatFlapsDeliversEachMessageOnce() async throws {
        let broker = InMemoryBroker()
        let node = try TestNode(on: InMemoryBus(broker: broker), loops: 2)
        let first = try await node.connect("first")
        let second = try await node.connect("second", loop: 1)
        for round in 0..<100 {
            async let joined: HubValue = second.invoke("Join", "g")
            async let left: HubValue = first.invoke("Leave", "g")
            _ = try await (joined, left)
            try await node.context.clients.group("g").send("Number", round)
            #expect(await second.next("Number") == [.int(Int64(round))])
            async let back: HubValue = first.invoke("Join", "g")
            async let gone: HubValue = second.invoke("Leave", "g")
            _ = try await (back, gone)
        }
        try await node.context.clients.all.send("Number", 100)
        #expect(await second.next("Number") == [100])
        #expect(await first.next("Number") == [100])
        #expect(second.received("Number").count == 101)
        #expect(first.received("Number").count == 1)
    }
}
