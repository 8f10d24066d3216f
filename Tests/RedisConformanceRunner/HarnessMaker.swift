import BusConformance
import RedisBus
import RedisConformanceSupport
import RedisTestSupport

/// Makes a harness for each check: on a fresh server, or on one deployment of several servers that all checks share.
struct HarnessMaker {
    private let deployment: Deployment
    private let scale: Double
    private let isQuick: Bool
    private let sentinel: Task<RedisSentinelDeployment, any Error>?
    private let cluster: Task<RedisClusterDeployment, any Error>?

    init(_ deployment: Deployment, scale: Double, isQuick: Bool) {
        self.deployment = deployment
        self.scale = scale
        self.isQuick = isQuick
        self.sentinel = deployment == .sentinel ? Task { try await RedisSentinelDeployment.started() } : nil
        let isCluster = deployment == .cluster || deployment == .sharded
        self.cluster = isCluster ? Task { try await RedisClusterDeployment.started() } : nil
    }

    func harness() async throws -> BusHarness {
        if let sentinel { return try await RedisDeploymentHarness.make(on: sentinel.value, scale: self.scale) }
        if let cluster {
            let mode: RedisClusterMode = self.deployment == .sharded ? .sharded : .classic
            return try await RedisDeploymentHarness.make(on: cluster.value, mode, scale: self.scale)
        }
        return RedisHarness.make(on: try await RedisServer.started(), scale: self.scale, isQuick: self.isQuick)
    }
}
