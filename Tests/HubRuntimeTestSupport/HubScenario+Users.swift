import HubRuntime

extension HubScenario {
    static let users = [
        HubScenario("a message to a user reaches all of the user's connections on every node", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await cluster.nodes[0].context.clients.user("ada").send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [["x"], [], ["x"], []])
        },
        HubScenario("a user's other connections still receive when one has gone", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            let second = try await cluster.nodes[1].connect("b2", user: "ada")
            try await clients[2].disconnect()
            try await cluster.nodes[0].context.clients.user("ada").send(TestHub.message, "x")
            try await Self.expectMessages(
                cluster,
                [clients[0], clients[1], clients[3], second],
                [["x"], [], [], ["x"]]
            )
        },
        HubScenario("a message to some users reaches the connections of each", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            try await cluster.nodes[1].context.clients.users(["ada", "bob", "nobody"]).send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients, [["x"], ["x"], ["x"], ["x"]])
        },
        HubScenario("a user named * is one user", nodes: 2) { cluster in
            let clients = try await Self.four(cluster)
            let star = try await cluster.nodes[1].connect("star", user: "*")
            try await cluster.nodes[0].context.clients.user("*").send(TestHub.message, "x")
            try await Self.expectMessages(cluster, clients + [star], [[], [], [], [], ["x"]])
        },
    ]
}
