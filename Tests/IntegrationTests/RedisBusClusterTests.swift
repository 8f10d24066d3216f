import BusCore
import Logging
import NIOCore
import RedisBus
import RedisTestSupport
import Synchronization
import Testing

@Suite("RedisBus on a cluster", .timeLimit(.minutes(1)))
struct RedisBusClusterTests {
    /// Enough to have some in each of three shards.
    private let channels: [BusChannel] = (0..<12).map { BusChannel("room-\($0)") }

    /// A cluster whose nodes name each other's replicas, which they do when those have something to replicate.
    private func cluster() async throws -> RedisClusterDeployment {
        let cluster = try await RedisClusterDeployment.started()
        try await wait(for: "every node names the replicas") {
            for node in cluster.nodes {
                let ranges = try await node.command("CLUSTER", "SLOTS").elements ?? []
                guard ranges.count == 3, ranges.allSatisfy({ $0.elements?.count == 4 }) else { return false }
            }
            return true
        }
        return cluster
    }

    private func bus(
        _ cluster: RedisClusterDeployment,
        _ mode: RedisClusterMode,
        _ change: (inout RedisBusConfiguration) -> Void = { _ in }
    ) async throws -> RedisBus {
        let seeds = cluster.nodes.prefix(2).compactMap(\.port).map { "127.0.0.1:\($0)" }.joined(separator: ",")
        var configuration = try RedisBusConfiguration("redis+cluster://\(seeds)")
        configuration.topology = .cluster(mode)
        configuration.commandTimeout = .seconds(1)
        configuration.topologyInterval = .seconds(1)
        configuration.keepAlive = .milliseconds(500)
        change(&configuration)
        let bus = try RedisBus(configuration: configuration, logger: quiet)
        try await bus.connected(within: .seconds(20))
        return bus
    }

    private func pair(_ cluster: RedisClusterDeployment, _ mode: RedisClusterMode) async throws -> [RedisBus] {
        [try await self.bus(cluster, mode), try await self.bus(cluster, mode)]
    }

    private func close(_ buses: [RedisBus], _ traffic: Traffic) async {
        await traffic.stop()
        for bus in buses { await bus.close() }
    }

    private func owner(of channel: BusChannel, in cluster: RedisClusterDeployment) async throws -> RedisServer {
        try await cluster.owner(of: cluster.slot(of: channel.description))
    }

    /// The lines of a node's clients that belong to buses.
    private func clients(_ node: RedisServer) async throws -> [Substring] {
        let list = try await node.command("CLIENT", "LIST").text ?? ""
        return list.split(separator: "\n").filter { $0.contains("name=swift-hubs") }
    }

    @Test(arguments: [RedisClusterMode.classic, .sharded])
    func carriesMessagesInOrder(_ mode: RedisClusterMode) async throws {
        let cluster = try await self.cluster()
        let buses = try await self.pair(cluster, mode)
        #expect(buses[0].capabilities.lossDetection == .linkOnly)
        let traffic = try await Traffic(from: buses[0], to: buses[1], channels: self.channels)
        await traffic.flows(20)
        let receipt = try await buses[0].publish("x", to: "nobody")
        #expect(receipt.receivers == nil, "no node of a cluster knows how many there are")
        await self.close(buses, traffic)
        for channel in self.channels {
            #expect(traffic.isInOrder(channel))
            #expect(traffic.silentlyLost(channel).isEmpty)
            #expect(traffic.gaps(channel) == 0)
            #expect(traffic.failures(channel).isEmpty)
        }
    }

    @Test func classicPublishesAtPrimariesAndSubscribesAtAReplica() async throws {
        let cluster = try await self.cluster()
        let bus = try await self.bus(cluster, .classic)
        _ = try await bus.subscribe(to: self.channels, receiver: Inbox(), activeWithin: .seconds(20))
        for (index, node) in cluster.nodes.enumerated() {
            for client in try await self.clients(node) {
                #expect(client.contains(" sub=0 ") == (index < 3), "node \(index): \(client)")
            }
        }
        for node in cluster.nodes.prefix(3) { #expect(try await !self.clients(node).isEmpty) }
        await bus.close()
    }

    @Test func classicFindsAnotherNodeWhenTheOneItSubscribesAtIsKilled() async throws {
        let cluster = try await self.cluster()
        let buses = try await self.pair(cluster, .classic)
        let traffic = try await Traffic(from: buses[0], to: buses[1], channels: self.channels)
        await traffic.flows()
        for node in cluster.nodes.dropFirst(3) {
            let subscribed = try await node.command("PUBSUB", "NUMSUB", "room-0").elements?.last
            if subscribed != .integer(0) { await node.kill9() }
        }
        try await wait(for: "the gaps of the new connection") { traffic.gaps("room-0") >= 1 }
        await traffic.flows()
        await self.close(buses, traffic)
        for channel in self.channels { #expect(traffic.isInOrder(channel)) }
    }

    @Test(arguments: [RedisClusterMode.classic, .sharded])
    func followsTheReplicaOfAPrimaryThatIsKilledUnderTraffic(_ mode: RedisClusterMode) async throws {
        let cluster = try await self.cluster()
        let buses = try await self.pair(cluster, mode)
        let traffic = try await Traffic(from: buses[0], to: buses[1], channels: self.channels)
        await traffic.flows()
        let victim = cluster.nodes[0]
        let slots = try await self.channels.asyncMap { try await self.owner(of: $0, in: cluster) === victim }
        let hit = zip(self.channels, slots).filter(\.1).map(\.0)
        let spared = zip(self.channels, slots).filter { !$0.1 }.map(\.0)
        try #require(!hit.isEmpty && !spared.isEmpty)
        await victim.kill9()
        await traffic.fails(hit[0])
        if mode == .sharded { await buses[0].reaches { $0 == .degraded(.shard) } }
        for bus in buses { try await bus.connected(within: .seconds(30)) }
        await traffic.flows()
        await self.close(buses, traffic)
        for channel in self.channels { #expect(traffic.isInOrder(channel), "\(channel)") }
        if mode == .sharded {
            for channel in hit { #expect(traffic.gaps(channel) >= 1) }
            for channel in spared {
                #expect(traffic.gaps(channel) == 0, "\(channel) is served by another shard")
                #expect(traffic.failures(channel).isEmpty, "\(channel): \(traffic.failures(channel))")
                #expect(traffic.silentlyLost(channel).isEmpty)
            }
        }
    }

    @Test func shardedFollowsASlotThatMovesWithoutReordering() async throws {
        let cluster = try await self.cluster()
        let buses = try await self.pair(cluster, .sharded)
        let traffic = try await Traffic(from: buses[0], to: buses[1], channels: self.channels)
        await traffic.flows()
        let moving = self.channels[0]
        let source = try await self.owner(of: moving, in: cluster)
        let target = try #require(cluster.nodes.prefix(3).first { $0 !== source })
        try await cluster.migrateSlot(cluster.slot(of: moving.description), to: target)
        try await wait(for: "the gap of the channel that has moved") { traffic.gaps(moving) >= 1 }
        await traffic.flows(20)
        let counts = try await target.command("PUBSUB", "SHARDNUMSUB", moving.description).elements
        #expect(counts?.last == .integer(1))
        await self.close(buses, traffic)
        for channel in self.channels {
            #expect(traffic.isInOrder(channel))
            #expect(traffic.silentlyLost(channel).isEmpty)
            #expect(traffic.failures(channel).isEmpty, "\(channel): \(traffic.failures(channel))")
            if channel != moving { #expect(traffic.gaps(channel) == 0) }
        }
    }

    @Test func shardedKeepsTheOrderOfManyPublishesInFlightWhileTheirSlotMovesAgainAndAgain() async throws {
        let cluster = try await RedisClusterDeployment.started()
        let buses = try await self.pair(cluster, .sharded)
        let moving = self.channels[0]
        let slot = try await cluster.slot(of: moving.description)
        let inbox = Inbox()
        _ = try await buses[1].subscribe(to: [moving], receiver: inbox, activeWithin: .seconds(20))
        let isOver = Mutex(false)
        let flood = Task {
            var number = 0
            var refused = 0
            while !isOver.withLock({ $0 }) {
                refused += await self.submit(number..<number + 100, to: moving, on: buses[0])
                number += 100
            }
            return (published: number, refused: refused)
        }
        for round in 0..<24 {
            try await cluster.migrateSlot(slot, to: cluster.nodes[round % 3])
        }
        isOver.withLock { $0 = true }
        let (published, refused) = await flood.value
        try await buses[1].connected(within: .seconds(20))
        try await buses[0].publish("end", to: moving)
        var events = inbox.events.makeAsyncIterator()
        var latest = -1
        var gaps = 0
        reading: while true {
            switch await events.next(isolation: #isolation) {
            case .gap: gaps += 1
            case .message(let message):
                guard let number = Int(message.text) else { break reading }
                #expect(number > latest, "\(number) after \(latest)")
                latest = number
            default: break reading
            }
        }
        #expect(gaps >= 1)
        #expect(published > 100)
        #expect(refused == 0, "of \(published)")
        for bus in buses { await bus.close() }
    }

    @Test func shardedGoesOnToProbeAShardThatGivesUpTheSlotOfItsProbes() async throws {
        let cluster = try await RedisClusterDeployment.started()
        let bus = try await self.bus(cluster, .sharded)
        let source = try await cluster.owner(of: 0)
        let target = try #require(cluster.nodes.prefix(3).first { $0 !== source })
        func probeChannels() async throws -> [String] {
            let channels = try await source.command("PUBSUB", "SHARDCHANNELS").elements ?? []
            return channels.compactMap(\.text).filter { $0.hasPrefix("swift-hubs:probe:") }
        }
        let before = try await probeChannels()
        #expect(before.count == 1)
        // The probes of a shard use its lowest slot.
        try await cluster.migrateSlot(0, to: target)
        try await wait(for: "another channel for probes on the shard") {
            let now = try await probeChannels()
            return now.count == 1 && now != before
        }
        try await bus.connected(within: .seconds(20))
        #expect(await bus.health().isHealthy)
        await bus.close()
    }

    /// Publishes without waiting in between.
    ///
    /// - Returns: How many were not accepted.
    private func submit(_ numbers: Range<Int>, to channel: BusChannel, on bus: RedisBus) async -> Int {
        let (outcomes, continuation) = AsyncStream.makeStream(of: Bool.self)
        for number in numbers {
            bus.submit(ByteBuffer(string: "\(number)"), to: channel) { result in
                if case .success = result { continuation.yield(true) } else { continuation.yield(false) }
            }
        }
        var refused = 0
        var count = 0
        for await isAccepted in outcomes {
            if !isAccepted { refused += 1 }
            count += 1
            if count == numbers.count { break }
        }
        return refused
    }

    @Test func shardedSpreadsChannelsOverTheShards() async throws {
        let cluster = try await self.cluster()
        let bus = try await self.bus(cluster, .sharded)
        _ = try await bus.subscribe(to: self.channels, receiver: Inbox(), activeWithin: .seconds(20))
        for channel in self.channels {
            let owner = try await self.owner(of: channel, in: cluster)
            for node in cluster.nodes.prefix(3) {
                let counts = try await node.command("PUBSUB", "SHARDNUMSUB", channel.description).elements
                #expect(counts?.last == .integer(node === owner ? 1 : 0))
            }
        }
        await bus.close()
    }

    /// The figures that the documentation gives: a node handles a message when it takes the command, and when another node hands
    /// it over.
    @Test(arguments: [(RedisClusterMode.classic, 6), (.sharded, 2)])
    func eachMessageIsHandledBy(_ mode: RedisClusterMode, nodes: Int) async throws {
        let cluster = try await RedisClusterDeployment.started()
        let bus = try await self.bus(cluster, mode) { configuration in
            configuration.heartbeat = .zero
            configuration.keepAlive = .seconds(60)
        }
        let before = try await self.handled(cluster)
        for number in 0..<300 { try await bus.publish("x", to: BusChannel("room-\(number)")) }
        try await wait(for: "300 messages at \(nodes) nodes each") {
            try await self.handled(cluster) - before == 300 * nodes
        }
        await bus.close()
    }

    private func handled(_ cluster: RedisClusterDeployment) async throws -> Int {
        var sum = 0
        for node in cluster.nodes {
            let commands = try await node.command("INFO", "commandstats").text ?? ""
            let gossip = try await node.command("CLUSTER", "INFO").text ?? ""
            for line in (commands + gossip).split(whereSeparator: \.isNewline) {
                for start in [
                    "cmdstat_publish:calls=", "cmdstat_spublish:calls=", "cluster_stats_messages_publish_received:",
                    "cluster_stats_messages_publishshard_received:",
                ] where line.hasPrefix(start) {
                    sum += Int(line.dropFirst(start.count).prefix { $0.isNumber }) ?? 0
                }
            }
        }
        return sum
    }

    @Test func aServerConfigurationOnAClusterIsWarnedOf() async throws {
        let cluster = try await RedisClusterDeployment.started(primaries: 3, replicas: 0)
        let log = LogRecorder()
        let bus = try RedisBus("redis://127.0.0.1:\(cluster.nodes[0].port ?? 0)", logger: log.logger)
        try await bus.connected(within: .seconds(20))
        #expect(log.texts(.warning).contains { $0.contains("cluster=classic") }, "\(log.texts(.warning))")
        await bus.close()
    }
}

extension Sequence {
    /// The results of an asynchronous function, one after the other.
    fileprivate func asyncMap<Result>(_ body: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}
