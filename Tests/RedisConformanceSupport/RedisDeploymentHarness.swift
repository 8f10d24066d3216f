package import BusConformance
import Logging
package import RedisBus
package import RedisTestSupport

/// The harnesses of RedisBus on deployments of several servers.
package enum RedisDeploymentHarness {
    /// RedisBus behind three sentinels.
    ///
    /// - Parameters:
    ///   - deployment: The servers and the sentinels; they run.
    ///   - scale: How much of the catalogue's numbers to run.
    /// - Returns: The harness.
    package static func make(on deployment: RedisSentinelDeployment, scale: Double = 0.1) -> BusHarness {
        let faults = RedisDeploymentFaults(servers: deployment.servers) {
            let former = try await deployment.currentPrimary()
            await former.kill9()
            try await deployment.failedOver(from: former)
            try await former.start()
            try await deployment.settle()
        }
        let sentinels = deployment.sentinels.compactMap(\.port).map { "127.0.0.1:\($0)" }.joined(separator: ",")
        let url = "redis+sentinel://\(sentinels)/\(RedisSentinelDeployment.name)"
        let inspector = RedisDeploymentInspector(servers: deployment.servers, isSharded: false)
        return Self.make("RedisBus with Sentinel", url, faults, inspector, scale)
    }

    /// RedisBus on a cluster of three shards.
    ///
    /// - Parameters:
    ///   - cluster: The cluster; it runs.
    ///   - mode: Which of Redis' channels the bus uses.
    ///   - scale: How much of the catalogue's numbers to run.
    /// - Returns: The harness.
    package static func make(
        on cluster: RedisClusterDeployment,
        _ mode: RedisClusterMode,
        scale: Double = 0.1
    ) -> BusHarness {
        let faults = RedisDeploymentFaults(servers: cluster.nodes) {
            let former = try await cluster.owner(of: 0)
            await former.kill9()
            try await wait(for: "another primary of the shard") { try await cluster.owner(of: 0) !== former }
            try await former.start()
            try await cluster.settle()
        }
        let seeds = cluster.nodes.compactMap(\.port).map { "127.0.0.1:\($0)" }.joined(separator: ",")
        let isSharded = mode == .sharded
        let url = "redis+cluster://\(seeds)?cluster=\(isSharded ? "sharded" : "classic")"
        let name = isSharded ? "RedisBus on a sharded cluster" : "RedisBus on a cluster"
        let inspector = RedisDeploymentInspector(servers: cluster.nodes, isSharded: isSharded)
        return Self.make(name, url, faults, inspector, scale)
    }

    private static func make(
        _ name: String,
        _ url: String,
        _ faults: RedisDeploymentFaults,
        _ inspector: RedisDeploymentInspector,
        _ scale: Double
    ) -> BusHarness {
        var bounds = BusBounds(scaledBy: 4)
        bounds.publishesInFlight = 8_192
        return BusHarness(name: name, bounds: bounds, scale: scale, faults: faults, inspector: inspector) {
            nodes,
            namespace in
            var configuration = try RedisBusConfiguration(url)
            configuration.channelPrefix = namespace
            configuration.commandTimeout = .seconds(1)
            configuration.connectTimeout = .seconds(1)
            configuration.keepAlive = .milliseconds(500)
            configuration.topologyInterval = .seconds(1)
            let common = configuration
            return try (0..<nodes).map { _ in
                try RedisBus(
                    configuration: common,
                    logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
                )
            }
        }
    }
}
