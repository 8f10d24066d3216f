import BusCore

/// What a bus makes of a slow way, of another server, and of a pause of its own.
enum LinkChecks {
    static let all: [BusCheck] = [
        BusCheck(
            19,
            "recover.failover",
            "When another server takes over, publishes and subscriptions both move there, and losses are marked.",
            level: .resilient,
            needs: [.fault(.failover)],
            failover
        ),
        BusCheck(
            44,
            "link.slow",
            "On a slow way that carries single bytes nothing is garbled, and publishes do not wait for one another.",
            level: .resilient,
            needs: [.fault(.slow)],
            slow
        ),
        BusCheck(
            65,
            "link.own-stall",
            "When this process stood still longer than every deadline, nothing is lost without a mark.",
            level: .resilient,
            needs: [.fault(.stallNode)],
            ownStall
        ),
    ]

    private static func failover(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let recorder = context.recorder("subscriber on node 0")
        let publisher = context.publisher("node 1", on: cluster[1])
        let channels = (0..<20).map { BusChannel("moved-\($0)") }
        for channel in channels { try await context.subscribe(recorder, to: [channel], on: cluster[0]) }
        for channel in channels { try await context.sentinel(publisher, to: channel, at: recorder) }
        try await context.faults.failover()
        let limit = context.bounds.failover
        for channel in channels {
            try await context.untilDelivered(publisher, to: channel, at: recorder, within: limit)
        }
        try await context.connected(cluster)
        for channel in channels {
            try await context.sentinel(publisher, to: channel, at: recorder)
            try context.expectNoSilentLoss(publisher, channel, at: recorder, elsewhere: true)
        }
    }

    /// One after the other the publishes would take twice the latency each; together they may take half of that.
    private static func slow(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "slow"
        let recorder = context.recorder("subscriber on node 0")
        try await context.subscribe(recorder, to: [channel], on: cluster[0])
        let publisher = context.publisher("node 1", on: cluster[1])
        let latency = Duration.milliseconds(25)
        let count = 100
        try await context.faults.slow(bytesPerWrite: 1, latency: latency)
        try await context.sentinel(publisher, to: channel, at: recorder)
        for _ in 0..<count { publisher.submit(to: channel) }
        try await publisher.settled(within: latency * 2 * count / 2)
        let accepted = publisher.outcomes.values.filter { if case .accepted = $0 { true } else { false } }.count
        try context.expect(accepted == count + 1, "\(accepted - 1) of \(count) publishes on a slow way were accepted")
        try await recorder.wait(context.bulk(context.bounds.deliver, 10 * count), "\(count) messages") {
            $0.distinct == count + 1
        }
        try context.expectNoSilentLoss(publisher, channel, at: recorder)
        try context.expect(recorder.seen.gaps.isEmpty, "a link was torn down because it is slow")
        for bus in cluster.nodes { try context.expect(bus.state == .connected, "the state is \(bus.state)") }
        try await context.faults.heal()
        try await context.sentinel(publisher, to: channel, at: recorder)
    }

    private static func ownStall(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let recorder = context.recorder("subscriber on node 0")
        let channel: BusChannel = "stalled"
        try await context.subscribe(recorder, to: [channel], on: cluster[0])
        let publisher = context.publisher("node 1", on: cluster[1])
        try await context.sentinel(publisher, to: channel, at: recorder)
        let before = cluster.nodes.map { $0.statistics.reconnects }
        for _ in 0..<20 { publisher.submit(to: channel) }
        try await context.faults.stallNode(for: context.bounds.stall)
        for _ in 0..<20 { publisher.submit(to: channel) }
        try await context.settle(publisher)
        try await context.expectRecovery(cluster, publisher, channel, at: recorder)
        if before != cluster.nodes.map({ $0.statistics.reconnects }) {
            context.partly("healthy connections were replaced after the stall; what was lost is marked")
        }
    }
}
