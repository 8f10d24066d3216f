import HubProtocol
import HubRuntime

extension HubScenario {
    static let clients = [
        HubScenario("a message to all reaches every connection of every node", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await cluster.nodes[0].context.clients.all.send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [["x"], ["x"], ["x"], ["x"]])
        },
        HubScenario("a message to all does not reach a connection that has gone", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await clients[3].disconnect()
            try await cluster.nodes[0].context.clients.all.send(TestHub.message, "x")
            try await Self.expectMessages(cluster, Array(clients[0..<3]), [["x"], ["x"], ["x"]])
            try expect(
                clients[3].received("Message").isEmpty,
                "the connection that has gone got \(clients[3].received("Message"))"
            )
        },
        HubScenario("a message to all except some does not reach those, on any node", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await cluster.nodes[0].context.clients.allExcept(["a0", "b1"]).send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [[], ["x"], ["x"], []])
        },
        HubScenario("a message to others does not reach the caller", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await clients[2].invoke("Others", "x")
            try await Self.expectMessages(cluster, clients, [["x"], ["x"], [], ["x"]])
        },
        HubScenario("a message to the caller reaches only the caller", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await clients[1].invoke("Caller", "x")
            try await Self.expectMessages(cluster, clients, [[], ["x"], [], []])
        },
        HubScenario("a message to one connection reaches it on its own node, once", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await cluster.nodes[0].context.clients.client("a1").send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [[], ["x"], [], []])
        },
        HubScenario("a message to one connection reaches it on another node", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await cluster.nodes[0].context.clients.client("b0").send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [[], [], ["x"], []])
        },
        HubScenario("a message to a connection that exists nowhere is no error", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await cluster.nodes[0].context.clients.client("nobody").send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [[], [], [], []])
        },
        HubScenario("a message to some connections reaches them on all nodes", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await cluster.nodes[1].context.clients.clients(["a0", "b1", "nobody"]).send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [["x"], [], [], ["x"]])
        },
        HubScenario("messages of one sender to all arrive in order", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            for number in 0..<200 {
                try await cluster.nodes[0].context.clients.all.send(TestHub.message, "\(number)")
            }
            let all = (0..<200).map(String.init)
            try await Self.expectMessages(cluster, clients, [all, all, all, all])
        },
        HubScenario("a client that has gone does not keep others from receiving, twice in a row", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            for client in clients { try await client.invoke("Join", "g") }
            try await clients[2].disconnect(.failed(SecretError(text: "reset by peer")))
            try await cluster.nodes[0].context.clients.group("g").send(TestHub.message, "x")
            try await cluster.nodes[0].context.clients.group("g").send(TestHub.message, "y")
            let rest = [clients[0], clients[1], clients[3]]
            try await Self.expectMessages(cluster, rest, [["x", "y"], ["x", "y"], ["x", "y"]])
        },
    ]

    /// Two clients on each of two nodes.
    static func four(_ cluster: HubCluster) async throws -> [TestClient] {
        [
            try await cluster.nodes[0].connect("a0", user: "ada"),
            try await cluster.nodes[0].connect("a1", user: "bob"),
            try await cluster.nodes[1].connect("b0", user: "ada"),
            try await cluster.nodes[1].connect("b1", user: "bob", framing: .raw),
        ]
    }

    /// Compares what each client has got.
    ///
    /// What is expected is waited for. What is not expected shows because every node sends a last message to everybody first,
    /// which on a bus that keeps the order across channels comes behind everything else.
    static func expectMessages(_ cluster: HubCluster, _ clients: [TestClient], _ expected: [[String]]) async throws {
        for node in cluster.nodes.indices {
            try await cluster.nodes[node].context.clients.all.send("Barrier", node)
        }
        for client in clients {
            for _ in cluster.nodes { _ = await client.next("Barrier") }
        }
        for (client, texts) in zip(clients, expected) {
            for text in texts {
                let arguments = await client.next("Message")
                try expect(arguments == [.string(text)], "\(client.id) got \(arguments) instead of \(text)")
            }
            let all = client.received("Message")
            try expect(all.count == texts.count, "\(client.id) got \(all) instead of \(texts)")
        }
    }
}
