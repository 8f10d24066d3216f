extension RedisServer {
    /// Starts several servers at once, and waits until all accept connections.
    ///
    /// - Parameter servers: Servers that do not run.
    /// - Throws: ``RedisServerError`` of the first that did not start.
    static func start(_ servers: [RedisServer]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for server in servers {
                group.addTask { try await server.start() }
            }
            try await group.waitForAll()
        }
    }

    /// Whether it is a replica that has got all from its primary and goes on doing so.
    var isReplicaInSync: Bool {
        get async throws {
            let state = try await self.command("INFO", "replication").properties
            return state["role"] == "slave" && state["master_link_status"] == "up"
        }
    }

    /// Runs a command that must succeed.
    ///
    /// - Parameter parts: The command and its arguments.
    /// - Returns: The text of the reply, if it is one.
    /// - Throws: ``RedisServerError`` if the server refuses it or cannot be reached.
    @discardableResult
    func expect(_ parts: String...) async throws -> String {
        try await self.expect(parts)
    }

    /// Runs a command that must succeed.
    ///
    /// - Parameter parts: The command and its arguments.
    /// - Returns: The text of the reply, if it is one.
    /// - Throws: ``RedisServerError`` if the server refuses it or cannot be reached.
    @discardableResult
    func expect(_ parts: [String]) async throws -> String {
        let reply = try await self.command(parts.map { Array($0.utf8) })
        if case .error(let text) = reply {
            let name = parts.prefix(2).joined(separator: " ")
            throw RedisServerError("\(name) was refused: \(String(decoding: text, as: UTF8.self))")
        }
        return reply.text ?? ""
    }
}
