/// A primary, a replica and three sentinels that watch them: real processes on ports of 127.0.0.1.
///
/// Two sentinels have to agree (the quorum). A primary that is killed or paused is replaced within two to three seconds. Each
/// server is a ``RedisServer``: kill, pause, resume and restart it there. They end with the last reference to this object.
package final class RedisSentinelDeployment: Sendable {
    /// The name under which the sentinels know the primary.
    package static let name = "mymaster"

    /// The primary and the replica, in this order at the start.
    ///
    /// Which is which changes with each failover.
    package let servers: [RedisServer]
    /// The sentinels.
    package let sentinels: [RedisServer]

    private init(servers: [RedisServer], sentinels: [RedisServer]) {
        self.servers = servers
        self.sentinels = sentinels
    }

    /// Starts the servers and waits until the sentinels agree.
    ///
    /// - Parameters:
    ///   - password: What clients of the primary and the replica have to sign in with; nil for nothing. No spaces.
    ///   - sentinelPassword: What clients of the sentinels have to sign in with; nil for nothing. No spaces.
    /// - Returns: The running deployment.
    /// - Throws: ``RedisServerError`` that says how to install Redis, or what did not start.
    package static func started(
        password: String? = nil,
        sentinelPassword: String? = nil
    ) async throws -> RedisSentinelDeployment {
        let deployment = try await RedisServerError.retryingTakenPorts {
            let servers = try Self.servers(password)
            let sentinels = try Self.sentinels(of: servers, password, sentinelPassword)
            try await RedisServer.start(servers + sentinels)
            return RedisSentinelDeployment(servers: servers, sentinels: sentinels)
        }
        try await deployment.settle()
        return deployment
    }

    /// Waits until the answering sentinels and the server itself agree on who is the primary.
    ///
    /// - Returns: The primary.
    /// - Throws: ``RedisServerError`` if they do not agree in time.
    package func currentPrimary() async throws -> RedisServer {
        try await eventually("the sentinels agree on a primary") { try await self.agreedPrimary() }
    }

    /// Waits until another server than this one is the primary.
    ///
    /// - Parameter former: The server that was the primary.
    /// - Returns: The new primary.
    /// - Throws: ``RedisServerError`` if there is none in time.
    @discardableResult
    package func failedOver(from former: RedisServer) async throws -> RedisServer {
        try await eventually("another primary") {
            let primary = try await self.agreedPrimary()
            return primary === former ? nil : primary
        }
    }

    /// Makes the replica the primary as an operator would, and waits until it is.
    ///
    /// - Returns: The new primary.
    /// - Throws: ``RedisServerError`` if a sentinel refuses, or it takes too long.
    @discardableResult
    package func failOver() async throws -> RedisServer {
        let former = try await self.currentPrimary()
        try await wait(for: "a sentinel takes the failover upon itself") {
            try await self.sentinels.first(where: \.isAnswering)?.command("SENTINEL", "FAILOVER", Self.name)
                == .status(Array("OK".utf8))
        }
        return try await self.failedOver(from: former)
    }

    /// Waits until all the answering servers are in order: one primary, its replicas in sync, and each sentinel sees it so.
    ///
    /// - Throws: ``RedisServerError`` if that takes too long.
    package func settle() async throws {
        try await wait(for: "the deployment settles") {
            guard let primary = try await self.agreedPrimary() else { return false }
            let answering = self.servers.filter(\.isAnswering)
            for server in answering where server !== primary {
                guard try await server.isReplicaInSync else { return false }
            }
            for sentinel in self.sentinels where sentinel.isAnswering {
                guard try await self.isContent(sentinel, replicas: answering.count - 1) else { return false }
            }
            return true
        }
    }

    private func agreedPrimary() async throws -> RedisServer? {
        var ports: Set<String> = []
        for sentinel in self.sentinels where sentinel.isAnswering {
            let reply = try await sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", Self.name)
            ports.insert(reply.elements?.last?.text ?? "")
        }
        guard ports.count == 1, let port = ports.first.flatMap({ Int($0) }),
            let server = self.servers.first(where: { $0.port == port }), server.isAnswering,
            try await server.command("ROLE").elements?.first?.text == "master"
        else { return nil }
        return server
    }

    private func isContent(_ sentinel: RedisServer, replicas: Int) async throws -> Bool {
        guard try await sentinel.command("SENTINEL", "MASTER", Self.name).fields["flags"] == "master" else {
            return false
        }
        let others = try await sentinel.command("SENTINEL", "SENTINELS", Self.name).elements ?? []
        let knownReplicas = try await sentinel.command("SENTINEL", "REPLICAS", Self.name).elements ?? []
        return others.count { $0.fields["flags"] == "sentinel" } == self.sentinels.count(where: \.isAnswering) - 1
            && knownReplicas.count { $0.fields["flags"] == "slave" && $0.fields["master-link-status"] == "ok" }
                == replicas
    }
}
