import RedisTestSupport
import Testing

@Suite("The launcher of a real Sentinel deployment", .timeLimit(.minutes(1)))
struct RedisSentinelDeploymentTests {
    @Test func replacesAKilledPrimaryAndTakesItBackAsAReplica() async throws {
        let deployment = try await RedisSentinelDeployment.started()
        let first = try await deployment.currentPrimary()
        #expect(first === deployment.servers[0])
        await first.kill9()
        let second = try await deployment.failedOver(from: first)
        #expect(second === deployment.servers[1])
        #expect(try await second.command("SET", "key", "value") == .status(Array("OK".utf8)))
        try await first.start()
        try await deployment.settle()
        #expect(try await first.command("ROLE").elements?.first?.text == "slave")
        #expect(try await deployment.currentPrimary() === second)
    }

    @Test func replacesAPausedPrimaryWithoutOneOfTheSentinels() async throws {
        let deployment = try await RedisSentinelDeployment.started(password: "secret", sentinelPassword: "other")
        await deployment.sentinels[0].kill9()
        let first = try await deployment.currentPrimary()
        first.pause()
        let second = try await deployment.failedOver(from: first)
        #expect(second !== first)
        first.resume()
        try await deployment.sentinels[0].start()
        try await deployment.settle()
        #expect(try await deployment.currentPrimary() === second)
    }

    @Test func failsOverOnRequest() async throws {
        let deployment = try await RedisSentinelDeployment.started()
        let second = try await deployment.failOver()
        #expect(second === deployment.servers[1])
        try await deployment.settle()
    }
}
