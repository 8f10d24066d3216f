/// A Redis Cluster: real processes on ports of 127.0.0.1.
///
/// A node that is killed or paused counts as failed after a second, and a replica takes its place a second or two later. Each
/// node is a ``RedisServer``: kill, pause, resume and restart it there. They end with the last reference to this object.
package final class RedisClusterDeployment: Sendable {
    /// How many slots a cluster has.
    package static let slotCount = 16_384

    /// The nodes: at the start, first the primaries in the order of their slots, then their replicas in turn.
    package let nodes: [RedisServer]

    private init(nodes: [RedisServer]) {
        self.nodes = nodes
    }

    /// Starts the nodes, forms a cluster of them, and waits until all of them see it complete.
    ///
    /// That takes about three seconds: a new node takes no command during its first two.
    ///
    /// - Parameters:
    ///   - primaries: How many nodes serve slots; all serve about as many.
    ///   - replicas: How many nodes stand by, dealt out to the primaries in turn.
    ///   - password: What clients have to sign in with; nil for nothing.
    /// - Returns: The running cluster.
    /// - Throws: ``RedisServerError`` that says how to install Redis, or what did not start.
    package static func started(
        primaries: Int = 3,
        replicas: Int = 3,
        password: String? = nil
    ) async throws -> RedisClusterDeployment {
        let cluster = try await RedisServerError.retryingTakenPorts {
            let nodes = try (0..<primaries + replicas).map { _ in try Self.node(password) }
            try await RedisServer.start(nodes.map(\.server))
            let cluster = RedisClusterDeployment(nodes: nodes.map(\.server))
            try await cluster.form(primaries: primaries, busPorts: nodes.map(\.busPort))
            return cluster
        }
        try await cluster.settle()
        return cluster
    }

    private static func node(_ password: String?) throws -> (server: RedisServer, busPort: Int) {
        let busPort = try LoopbackPorts.next()
        let arguments = [
            "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-port", "\(busPort)",
            "--cluster-node-timeout", "1000", "--cluster-replica-validity-factor", "0",
            "--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1",
        ]
        let masterAuth = password.map { ["--masterauth", $0] } ?? []
        return (try RedisServer(.tcp, password: password, arguments: arguments + masterAuth), busPort)
    }

    private func form(primaries: Int, busPorts: [Int]) async throws {
        var ids: [String] = []
        for (number, node) in self.nodes.enumerated() {
            ids.append(try await node.expect("CLUSTER", "MYID"))
            try await node.expect("CLUSTER", "SET-CONFIG-EPOCH", "\(number + 1)")
            if number < primaries {
                let first = Self.slotCount * number / primaries
                let end = Self.slotCount * (number + 1) / primaries
                try await node.expect("CLUSTER", "ADDSLOTSRANGE", "\(first)", "\(end - 1)")
            }
            // Each with each, which is faster than to wait for their gossip.
            for earlier in 0..<number {
                let port = "\(self.nodes[earlier].port ?? 0)"
                try await node.expect("CLUSTER", "MEET", "127.0.0.1", port, "\(busPorts[earlier])")
            }
        }
        let all = Set(ids)
        try await wait(for: "all nodes have met") {
            for node in self.nodes {
                let known = try await self.view(of: node)
                guard Set(known.map(\.id)) == all, !known.contains(where: { $0.flags.contains("handshake") }) else {
                    return false
                }
            }
            return true
        }
        for number in primaries..<self.nodes.count {
            try await self.nodes[number].expect("CLUSTER", "REPLICATE", ids[(number - primaries) % primaries])
        }
    }

    /// What a node knows of the cluster.
    ///
    /// - Parameter node: The node to ask.
    /// - Returns: The nodes it knows, itself among them.
    /// - Throws: ``RedisServerError`` if it does not answer.
    package func view(of node: RedisServer) async throws -> [RedisClusterNode] {
        let text = try await node.expect("CLUSTER", "NODES")
        return text.split(whereSeparator: \.isNewline).compactMap { RedisClusterNode(line: $0) }
    }

    /// Waits until all the answering nodes are in order.
    ///
    /// They agree on who serves which slot and who stands by for whom, all of which answer; every replica is in sync.
    ///
    /// - Throws: ``RedisServerError`` if that takes too long.
    package func settle() async throws {
        try await wait(for: "the cluster settles") {
            let answering = self.nodes.filter(\.isAnswering)
            let ports = Set(answering.compactMap(\.port))
            var views: Set<[RedisClusterNode.Part]> = []
            for node in answering {
                guard try await node.command("CLUSTER", "INFO").properties["cluster_state"] == "ok" else {
                    return false
                }
                let parts = try await self.view(of: node).compactMap(\.part).sorted { $0.port < $1.port }
                guard Set(parts.map(\.port)) == ports else { return false }
                views.insert(parts)
                if parts.contains(where: { $0.port == node.port && $0.primary != nil }),
                    try await !node.isReplicaInSync
                {
                    return false
                }
            }
            return views.count == 1
        }
    }
}
