extension RedisClusterDeployment {
    /// The slot of a key or of a channel of sharded publishing, as a server counts it.
    ///
    /// - Parameter key: The key.
    /// - Returns: A number below ``slotCount``.
    /// - Throws: ``RedisServerError`` if no node answers.
    package func slot(of key: String) async throws -> Int {
        guard case .integer(let slot) = try await self.answeringNode().command("CLUSTER", "KEYSLOT", key) else {
            throw RedisServerError("CLUSTER KEYSLOT was not answered with a number.")
        }
        return Int(slot)
    }

    /// Waits until all the answering nodes agree on the node that serves a slot.
    ///
    /// - Parameter slot: A number below ``slotCount``.
    /// - Returns: The node.
    /// - Throws: ``RedisServerError`` if they do not agree in time.
    package func owner(of slot: Int) async throws -> RedisServer {
        try await eventually("the nodes agree on who serves slot \(slot)") {
            var ports: Set<Int> = []
            for node in self.nodes where node.isAnswering {
                let owner = try await self.view(of: node).first { $0.isWorkingPrimary && $0.serves(slot) }
                ports.insert(owner?.port ?? 0)
            }
            guard ports.count == 1 else { return nil }
            return self.nodes.first { $0.isAnswering && $0.port == ports.first }
        }
    }

    /// The nodes that stand by for a node and answer.
    ///
    /// - Parameter primary: The node.
    /// - Returns: Its replicas, as itself knows them.
    /// - Throws: ``RedisServerError`` if it does not answer.
    package func replicas(of primary: RedisServer) async throws -> [RedisServer] {
        let view = try await self.view(of: primary)
        let id = view.first { $0.flags.contains("myself") }?.id
        let ports = view.filter { $0.primary == id && !$0.flags.contains("fail") }.map(\.port)
        return self.nodes.filter { node in node.isAnswering && ports.contains { $0 == node.port } }
    }

    /// Moves a slot and its keys to another primary, as an operator who moves shards does.
    ///
    /// - Parameters:
    ///   - slot: A number below ``slotCount``.
    ///   - target: The node that is to serve it.
    /// - Throws: ``RedisServerError`` if a node refuses, or they do not agree in time.
    package func migrateSlot(_ slot: Int, to target: RedisServer) async throws {
        let source = try await self.owner(of: slot)
        try await self.beginMigration(of: slot, from: source, to: target)
        try await self.finishMigration(of: slot, from: source, to: target)
    }

    /// Declares that a slot is on its way: the old node still serves it.
    ///
    /// - Parameters:
    ///   - slot: A number below ``slotCount``.
    ///   - source: The node that serves it.
    ///   - target: The node that is to serve it.
    /// - Throws: ``RedisServerError`` if a node refuses.
    package func beginMigration(of slot: Int, from source: RedisServer, to target: RedisServer) async throws {
        let sourceID = try await source.expect("CLUSTER", "MYID")
        let targetID = try await target.expect("CLUSTER", "MYID")
        try await target.expect("CLUSTER", "SETSLOT", "\(slot)", "IMPORTING", sourceID)
        try await source.expect("CLUSTER", "SETSLOT", "\(slot)", "MIGRATING", targetID)
    }

    /// Moves the keys, hands over the slot, and waits until all the answering nodes know.
    ///
    /// - Parameters:
    ///   - slot: A number below ``slotCount``.
    ///   - source: The node that served it.
    ///   - target: The node that is to serve it.
    /// - Throws: ``RedisServerError`` if a node refuses, or they do not agree in time.
    package func finishMigration(of slot: Int, from source: RedisServer, to target: RedisServer) async throws {
        while let keys = try await source.command("CLUSTER", "GETKEYSINSLOT", "\(slot)", "100").elements, !keys.isEmpty
        {
            let auth = target.password.map { ["AUTH", $0] } ?? []
            let head = ["MIGRATE", "127.0.0.1", "\(target.port ?? 0)", "", "0", "5000"] + auth + ["KEYS"]
            let names = keys.compactMap { if case .bulk(let name) = $0 { name } else { nil } }
            let reply = try await source.command(head.map { Array($0.utf8) } + names)
            if case .error = reply { throw RedisServerError("MIGRATE was refused: \(reply.text ?? "")") }
        }
        let targetID = try await target.expect("CLUSTER", "MYID")
        for node in [target, source] {
            try await node.expect("CLUSTER", "SETSLOT", "\(slot)", "NODE", targetID)
        }
        try await wait(for: "all nodes know who serves slot \(slot)") {
            try await self.owner(of: slot) === target
        }
    }

    /// Makes a replica the primary in place of its own one, and waits until all the answering nodes know.
    ///
    /// - Parameters:
    ///   - replica: The replica.
    ///   - option: `FORCE` or `TAKEOVER`; nil to agree with the primary, so that nothing is lost.
    /// - Throws: ``RedisServerError`` if the node refuses, or it takes too long.
    package func failOver(to replica: RedisServer, option: String? = nil) async throws {
        try await replica.expect(["CLUSTER", "FAILOVER"] + (option.map { [$0] } ?? []))
        try await wait(for: "the replica is the primary") {
            for node in self.nodes where node.isAnswering {
                let known = try await self.view(of: node).first { $0.port == replica.port }
                guard let known, known.isWorkingPrimary, !known.slots.isEmpty else { return false }
            }
            return true
        }
        try await self.settle()
    }

    private func answeringNode() throws -> RedisServer {
        guard let node = self.nodes.first(where: \.isAnswering) else { throw RedisServerError("No node answers.") }
        return node
    }
}
