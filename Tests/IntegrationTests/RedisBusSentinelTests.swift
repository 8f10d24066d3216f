import BusCore
import RedisBus
import RedisTestSupport
import Testing

@Suite("RedisBus with sentinels", .timeLimit(.minutes(1)))
struct RedisBusSentinelTests {
    private let channels: [BusChannel] = ["a", "b"]

    private func bus(_ deployment: RedisSentinelDeployment, password: String? = nil) async throws -> RedisBus {
        let sentinels = deployment.sentinels.compactMap(\.port).map { "127.0.0.1:\($0)" }.joined(separator: ",")
        var configuration = try RedisBusConfiguration("redis+sentinel://\(sentinels)/\(RedisSentinelDeployment.name)")
        configuration.password = password
        configuration.commandTimeout = .seconds(1)
        configuration.topologyInterval = .seconds(1)
        configuration.keepAlive = .milliseconds(500)
        let bus = try RedisBus(configuration: configuration, logger: quiet)
        try await bus.connected(within: .seconds(20))
        return bus
    }

    private func pair(_ deployment: RedisSentinelDeployment) async throws -> [RedisBus] {
        [try await self.bus(deployment), try await self.bus(deployment)]
    }

    private func verify(_ traffic: Traffic) {
        for channel in self.channels {
            #expect(traffic.isInOrder(channel), "\(traffic.messages(channel))")
            #expect(traffic.gaps(channel) >= 1)
        }
    }

    private func close(_ buses: [RedisBus], _ traffic: Traffic) async {
        await traffic.stop()
        for bus in buses { await bus.close() }
    }

    /// How many connections of buses a server has.
    private func connections(_ server: RedisServer) async throws -> Int {
        let list = try await server.command("CLIENT", "LIST").text ?? ""
        return list.split(separator: "\n").count { $0.contains("name=swift-hubs") }
    }

    @Test func followsTheSentinelsWhenThePrimaryIsKilled() async throws {
        let deployment = try await RedisSentinelDeployment.started()
        let buses = try await self.pair(deployment)
        let traffic = try await Traffic(from: buses[0], to: buses[1], channels: self.channels)
        await traffic.flows()
        let former = try await deployment.currentPrimary()
        await former.kill9()
        await buses[1].reaches { if case .reconnecting = $0 { true } else { false } }
        let primary = try await deployment.failedOver(from: former)
        for bus in buses { try await bus.connected(within: .seconds(20)) }
        await traffic.flows()
        self.verify(traffic)
        #expect(try await self.connections(primary) == 4)
        await self.close(buses, traffic)
    }

    @Test func leavesAPrimaryThatIsPausedAndDoesNotComeBackToIt() async throws {
        let deployment = try await RedisSentinelDeployment.started()
        let buses = try await self.pair(deployment)
        let traffic = try await Traffic(from: buses[0], to: buses[1], channels: self.channels)
        await traffic.flows()
        let former = try await deployment.currentPrimary()
        former.pause()
        let primary = try await deployment.failedOver(from: former)
        await traffic.flows()
        former.resume()
        try await deployment.settle()
        await traffic.flows()
        self.verify(traffic)
        #expect(try await self.connections(primary) == 4)
        #expect(try await self.connections(former) == 0)
        await self.close(buses, traffic)
    }

    @Test func movesBothLinksWhenAnOperatorFailsOver() async throws {
        let deployment = try await RedisSentinelDeployment.started()
        let buses = try await self.pair(deployment)
        let traffic = try await Traffic(from: buses[0], to: buses[1], channels: self.channels)
        await traffic.flows()
        let former = try await deployment.currentPrimary()
        let primary = try await deployment.failOver()
        try await deployment.settle()
        try await wait(for: "no connection is left at the server that was demoted") {
            let left = try await self.connections(former)
            let moved = try await self.connections(primary)
            return left == 0 && moved == 4
        }
        await traffic.flows()
        self.verify(traffic)
        await self.close(buses, traffic)
    }

    @Test func worksOnWithoutAQuorumAndFailsOverWhenItIsBack() async throws {
        let deployment = try await RedisSentinelDeployment.started()
        let buses = try await self.pair(deployment)
        let traffic = try await Traffic(from: buses[0], to: buses[1], channels: self.channels)
        await traffic.flows()
        for sentinel in deployment.sentinels.dropFirst() { await sentinel.kill9() }
        await traffic.flows(50)
        #expect(traffic.gaps("a") == 0)
        let former = deployment.servers[0]
        await former.kill9()
        await buses[0].reaches { if case .reconnecting(let attempt, _) = $0 { attempt >= 3 } else { false } }
        for sentinel in deployment.sentinels.dropFirst() { try await sentinel.start() }
        try await deployment.failedOver(from: former)
        for bus in buses { try await bus.connected(within: .seconds(20)) }
        await traffic.flows()
        self.verify(traffic)
        await self.close(buses, traffic)
    }

    @Test func saysWhatIsWrongWithTheService() async throws {
        let deployment = try await RedisSentinelDeployment.started()
        let sentinel = deployment.sentinels[0].port ?? 0
        let bus = try RedisBus("redis+sentinel://127.0.0.1:\(sentinel)/other", logger: quiet)
        await bus.reaches { if case .reconnecting = $0 { true } else { false } }
        let reason = await bus.health().reason ?? ""
        #expect(reason.contains("\"other\"") && reason.contains("No such master"), "\(reason)")
        await bus.close()
        let direct = try RedisBus("redis://127.0.0.1:\(sentinel)", logger: quiet)
        await direct.reaches { if case .reconnecting = $0 { true } else { false } }
        let hint = await direct.health().reason ?? ""
        #expect(hint.contains("is a sentinel"), "\(hint)")
        await direct.close()
    }

    @Test func refusesAReplicaWhoseClientsWouldReachNobody() async throws {
        let deployment = try await RedisSentinelDeployment.started()
        let replica = deployment.servers[1].port ?? 0
        let primary = deployment.servers[0].port ?? 0
        let bus = try RedisBus("redis://127.0.0.1:\(replica)", logger: quiet)
        await bus.reaches { if case .reconnecting = $0 { true } else { false } }
        let reason = await bus.health().reason ?? ""
        #expect(reason.contains("is a replica of 127.0.0.1:\(primary)"), "\(reason)")
        await bus.close()
        let either = try RedisBus("127.0.0.1:\(replica),127.0.0.1:\(primary)", logger: quiet)
        try await either.connected(within: .seconds(20))
        let receipt = try await either.publish("x", to: "nobody")
        #expect(receipt.receivers == nil, "a server with replicas does not know how many there are")
        await either.close()
    }
}
