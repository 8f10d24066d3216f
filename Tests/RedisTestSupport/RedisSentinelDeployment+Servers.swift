extension RedisSentinelDeployment {
    /// A primary and its replica, not started.
    static func servers(_ password: String?) throws -> [RedisServer] {
        let ports = [try LoopbackPorts.next(), try LoopbackPorts.next()]
        let masterAuth = password.map { ["--masterauth", $0] } ?? []
        return try ports.map { port in
            // The sentinels have their changes written to the file, so that they hold after a restart.
            try RedisServer(
                .port(port),
                password: password,
                configuration: port == ports[0] ? [] : ["replicaof 127.0.0.1 \(ports[0])"],
                arguments: ["--repl-diskless-sync-delay", "0"] + masterAuth
            )
        }
    }

    /// Three sentinels for these servers, not started.
    ///
    /// They know each other and the replica from the start; to find out would take them seconds.
    static func sentinels(
        of servers: [RedisServer],
        _ password: String?,
        _ sentinelPassword: String?
    ) throws -> [RedisServer] {
        let all = try (1...3).map { number in
            (id: String(repeating: "\(number)", count: 40), port: try LoopbackPorts.next())
        }
        let serverPorts = servers.compactMap(\.port)
        return try all.map { own in
            var lines = [
                "sentinel myid \(own.id)", "sentinel monitor \(Self.name) 127.0.0.1 \(serverPorts[0]) 2",
                "sentinel down-after-milliseconds \(Self.name) 500", "sentinel failover-timeout \(Self.name) 2000",
                "sentinel known-replica \(Self.name) 127.0.0.1 \(serverPorts[1])",
            ]
            lines += all.filter { $0.id != own.id }.map { other in
                "sentinel known-sentinel \(Self.name) 127.0.0.1 \(other.port) \(other.id)"
            }
            if let password { lines.append("sentinel auth-pass \(Self.name) \(password)") }
            if let sentinelPassword { lines.append("sentinel sentinel-pass \(sentinelPassword)") }
            return try RedisServer(
                .port(own.port),
                password: sentinelPassword,
                configuration: lines,
                arguments: ["--sentinel"],
                commandsAtStart: [Self.shortPeriods]
            )
        }
    }

    /// Makes a sentinel look more often than by default, in milliseconds; Redis has this for tests.
    ///
    /// While a primary is down, its replicas are asked about themselves every second, and what they said counts for five times
    /// the ping period: a shorter one would find no replica to promote, now and then.
    private static let shortPeriods = [
        "SENTINEL", "DEBUG", "info-period", "500", "ping-period", "300", "ask-period", "100", "publish-period", "200",
    ]
}
