import BusCore
import HubRuntimeTestSupport
import Logging
import RedisBus
import RedisTestSupport
import Testing

/// What hubs must do on any bus, with two nodes on a real cluster.
@Suite("Hubs over RedisBus on a cluster", .serialized, .timeLimit(.minutes(1))) struct ClusterHubScenarioTests {
    /// One for all scenarios, which a prefix keeps apart: it takes two seconds to form.
    private static let cluster = Task { try await RedisClusterDeployment.started() }

    @Test(arguments: HubScenario.all, [RedisClusterMode.classic, .sharded])
    func keeps(_ scenario: HubScenario, _ mode: RedisClusterMode) async throws {
        let cluster = try await Self.cluster.value
        var configuration = try RedisBusConfiguration("redis+cluster://127.0.0.1:\(cluster.nodes[0].port ?? 0)")
        configuration.topology = .cluster(mode)
        configuration.channelPrefix = "\(UInt64.random(in: .min ... .max)):"
        let common = configuration
        try await scenario.run { count in
            var buses: [any MessageBus] = []
            for _ in 0..<count {
                let bus = try RedisBus(configuration: common, logger: quiet)
                try await bus.connected(within: .seconds(30))
                buses.append(bus)
            }
            return buses
        }
    }
}
