package import BusConformance
package import RedisTestSupport

/// Breaks a deployment of several servers: ends connections, and makes another server take over.
package struct RedisDeploymentFaults: BusFaultInjector {
    private let servers: [RedisServer]
    private let takeOver: @Sendable () async throws -> Void

    /// Makes an injector.
    ///
    /// - Parameters:
    ///   - servers: Every server that carries messages.
    ///   - takeOver: Kills a primary, waits until another server has taken its place, and lets the killed one come back.
    package init(servers: [RedisServer], takeOver: @escaping @Sendable () async throws -> Void) {
        self.servers = servers
        self.takeOver = takeOver
    }

    package let verbs: Set<BusFaultVerb> = [.kill(.publishing), .kill(.subscribing), .kill(.both), .failover]

    package func kill(_ part: BusFaultPart) async throws {
        for server in self.servers {
            let list = try await server.command("CLIENT", "LIST").text ?? ""
            for client in list.split(separator: "\n").map(RedisClient.init)
            where client.name.hasPrefix("swift-hubs") && client.belongs(to: part) {
                try await server.command("CLIENT", "KILL", "ID", client.id)
            }
        }
    }

    package func failover() async throws {
        try await self.takeOver()
    }

    package func heal() async throws {}
}
