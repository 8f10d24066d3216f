import BusConformance
import BusConformanceTesting
import RedisBus
import RedisConformanceSupport
import RedisTestSupport
import Testing

/// What matters most of the public kit, against RedisBus on deployments of several servers.
///
/// `dev/conformance --full` runs all of it.
@Suite("RedisBus conforms with Sentinel and on clusters", .serialized, .timeLimit(.minutes(1)))
struct RedisDeploymentConformanceTests {
    private static let ids = [
        "subscribe.active-means-active", "subscribe.batch", "deliver.exactly-once", "deliver.nothing-old",
        "deliver.namespaces", "order.submitted", "order.under-load", "payload.fidelity", "name.literal",
        "interest.churn", "publish.bounded", "recover.subscriptions", "recover.interrupted", "recover.failover",
        "gap.no-silent-loss", "gap.per-channel", "statistics.truth", "close.no-leak",
    ]

    private static let checks = BusCheck.selected.filter { ids.contains($0.id) }

    /// One deployment for all checks: each has a namespace of its own.
    private static let sentinel = Task { try await RedisSentinelDeployment.started() }
    private static let cluster = Task { try await RedisClusterDeployment.started() }

    @Test(arguments: Self.checks)
    func keepsWithSentinel(_ check: BusCheck) async throws {
        try await check.verify(RedisDeploymentHarness.make(on: Self.sentinel.value))
    }

    @Test(arguments: Self.checks, [RedisClusterMode.classic, .sharded])
    func keepsOnACluster(_ check: BusCheck, _ mode: RedisClusterMode) async throws {
        try await check.verify(RedisDeploymentHarness.make(on: Self.cluster.value, mode))
    }
}
