import HubProtocol
import HubRuntime

extension HubScenario {
    static let groups = [
        HubScenario("a message to a group reaches its members on every node and nobody else", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await clients[0].invoke("Join", "g")
            try await clients[3].invoke("Join", "g")
            try await cluster.nodes[1].context.clients.group("g").send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [["x"], [], [], ["x"]])
        },
        HubScenario("a node without members sends to a group on another node", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await clients[2].invoke("Join", "g")
            try await cluster.nodes[0].context.clients.group("g").send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [[], [], ["x"], []])
        },
        HubScenario("a message to a group except some does not reach those", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            for client in clients { try await client.invoke("Join", "g") }
            try await cluster.nodes[0].context.clients.groupExcept("g", ["a1", "b0"]).send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [["x"], [], [], ["x"]])
        },
        HubScenario("a message to others in a group does not reach the caller", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            for client in clients[0..<3] { try await client.invoke("Join", "g") }
            try await clients[2].invoke("OthersInGroup", "g", "x")
            try await Self.expectMessages(cluster, clients, [["x"], ["x"], [], []])
        },
        HubScenario("a member of two groups gets a message to both twice", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await clients[2].invoke("Join", "g")
            try await clients[2].invoke("Join", "h")
            try await clients[0].invoke("Join", "h")
            try await cluster.nodes[0].context.clients.groups(["g", "", "h"]).send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [["x"], [], ["x", "x"], []])
        },
        HubScenario("leaving a group ends its messages", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await clients[2].invoke("Join", "g")
            try await cluster.nodes[0].context.clients.group("g").send(TestHub.message, "x")
            _ = await clients[2].next("Message")
            try await clients[2].invoke("Leave", "g")
            try await cluster.nodes[0].context.clients.group("g").send(TestHub.message, "y")
            try await clients[2].invoke("Join", "g")
            try await cluster.nodes[0].context.clients.group("g").send(TestHub.message, "z")
            let last = await clients[2].next("Message")
            try expect(last == ["z"], "got \(last) instead of z")
        },
        HubScenario("disconnecting takes a connection out of its groups", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await clients[2].invoke("Join", "g")
            try await clients[2].disconnect()
            try await clients[3].invoke("Join", "g")
            try await cluster.nodes[0].context.clients.group("g").send(TestHub.message, "x")
            try await Self.expectMessages(cluster, [clients[3]], [["x"]])
            try expect(clients[2].received("Message").isEmpty, "the connection that has gone got a message")
        },
        HubScenario("joining a group twice delivers one copy", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await clients[0].invoke("Join", "g")
            try await clients[0].invoke("Join", "g")
            try await cluster.nodes[0].context.clients.group("g").send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [["x"], [], [], []])
        },
        HubScenario("leaving a group one is not in does nothing", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await clients[0].invoke("Leave", "g")
            try await cluster.nodes[0].context.groups.remove("b0", from: "g")
            try await Self.expectMessages(cluster, clients, [[], [], [], []])
        },
        HubScenario("a connection of another node is put into a group before add returns", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await cluster.nodes[0].context.groups.add("b1", to: "g")
            try await cluster.nodes[0].context.clients.group("g").send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [[], [], [], ["x"]])
        },
        HubScenario("a connection of another node that is a member already stays one member", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await cluster.nodes[0].context.groups.add("b1", to: "g")
            try await cluster.nodes[0].context.groups.add("b1", to: "g")
            try await cluster.nodes[0].context.clients.group("g").send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [[], [], [], ["x"]])
        },
        HubScenario("a connection of another node is taken out of a group before remove returns", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await cluster.nodes[0].context.groups.add("b0", to: "g")
            try await cluster.nodes[0].context.clients.group("g").send(TestHub.message, "x")
            try await cluster.nodes[0].context.groups.remove("b0", from: "g")
            try await cluster.nodes[0].context.clients.group("g").send(TestHub.message, "y")
            try await Self.expectMessages(cluster, clients, [[], [], ["x"], []])
        },
        HubScenario("group names are bytes: no pattern, no case, no normalisation", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            let names = ["*", "Room", "caf\u{E9}"]
            for (client, name) in zip(clients, names) { try await client.invoke("Join", name) }
            let context = cluster.nodes[1].context
            for name in ["*", "room", "Room", "cafe\u{301}", "caf\u{E9}", "?", "R*"] {
                try await context.clients.group(name).send(TestHub.message, name)
            }
            try await Self.expectMessages(cluster, clients, [["*"], ["Room"], ["caf\u{E9}"], []])
        },
        HubScenario("many groups are joined side by side", nodes: 2) { cluster in
            let client = try await cluster.nodes[1].connect("c")
            let groups = cluster.nodes[0].context.groups
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for number in 0..<300 { tasks.addTask { try await groups.add("c", to: "g\(number)") } }
                try await tasks.waitForAll()
            }
            for number in 0..<300 {
                try await cluster.nodes[0].context.clients.group("g\(number)").send("Number", number)
            }
            var numbers: [HubValue] = []
            for _ in 0..<300 { numbers += await client.next("Number") }
            try expect(Set(numbers).count == 300, "only \(Set(numbers).count) of 300 groups deliver")
        },
    ]
}
