import RedisTestSupport
import Testing

@Suite("The launcher of a real Redis Cluster", .timeLimit(.minutes(1)))
struct RedisClusterDeploymentTests {
    @Test func replacesAKilledNodeByItsReplicaAndTakesItBack() async throws {
        let cluster = try await RedisClusterDeployment.started()
        let slot = try await cluster.slot(of: "room")
        let first = try await cluster.owner(of: slot)
        let replicas = try await cluster.replicas(of: first)
        #expect(replicas.count == 1)
        await first.kill9()
        try await cluster.settle()
        let second = try await cluster.owner(of: slot)
        #expect(second === replicas.first)
        try await first.start()
        try await cluster.settle()
        #expect(try await cluster.replicas(of: second).contains { $0 === first })
    }

    @Test func movesASlotWithItsKeys() async throws {
        let cluster = try await RedisClusterDeployment.started(primaries: 3, replicas: 0, password: "secret")
        let slot = try await cluster.slot(of: "key")
        let source = try await cluster.owner(of: slot)
        let target = try #require(cluster.nodes.first { $0 !== source })
        #expect(try await source.command("SET", "key", "value") == .status(Array("OK".utf8)))
        try await cluster.migrateSlot(slot, to: target)
        #expect(try await cluster.owner(of: slot) === target)
        #expect(try await target.command("GET", "key").text == "value")
        #expect(try await source.command("GET", "key").text == "MOVED \(slot) 127.0.0.1:\(target.port ?? 0)")
    }

    @Test func failsOverOnRequestAndReplacesAPausedNode() async throws {
        let cluster = try await RedisClusterDeployment.started(primaries: 3, replicas: 3)
        let first = cluster.nodes[0]
        let second = try #require(try await cluster.replicas(of: first).first)
        try await cluster.failOver(to: second)
        #expect(try await cluster.owner(of: 0) === second)
        second.pause()
        try await cluster.settle()
        #expect(try await cluster.owner(of: 0) === first)
        second.resume()
        try await cluster.settle()
    }
}
