import BusCore

/// What a bus notices when nothing comes and nobody tells it why.
enum BlackHoleChecks {
    static let all: [BusCheck] = [
        BusCheck(
            13,
            "recover.pause",
            "When the backend stops answering the bus says so; afterwards every subscription delivers, its losses marked.",
            level: .resilient,
            needs: [.fault(.pause)],
            pause
        ),
        BusCheck(
            14,
            "recover.black-hole",
            "When a subscribing connection goes dead without a sign the bus notices, and marks what was missed.",
            level: .resilient,
            needs: [.fault(.blackhole(.subscribing))],
            blackHole
        ),
        BusCheck(
            18,
            "recover.starved",
            "A subscribing connection that answers and carries no messages is found and replaced without help.",
            level: .resilient,
            needs: [.fault(.starve)],
            starved
        ),
        BusCheck(
            66,
            "recover.silent-server",
            "A server that accepts and stays silent: the bus says so, does not hammer it, and works when it answers.",
            level: .resilient,
            needs: [.fault(.blackhole(.both))],
            silentServer
        ),
    ]

    private static let channel: BusChannel = "watched"

    private static func prepare(_ context: CheckContext) async throws -> (Cluster, StampedPublisher, Recorder) {
        let cluster = try await context.cluster(2)
        let recorder = context.recorder("subscriber on node 0")
        try await context.subscribe(recorder, to: [Self.channel], on: cluster[0])
        let publisher = context.publisher("node 1", on: cluster[1])
        try await context.sentinel(publisher, to: Self.channel, at: recorder)
        return (cluster, publisher, recorder)
    }

    private static func pause(_ context: CheckContext) async throws {
        let (cluster, publisher, recorder) = try await Self.prepare(context)
        try await context.faults.pause()
        for _ in 0..<10 { publisher.submit(to: Self.channel) }
        for (number, bus) in cluster.nodes.enumerated() {
            try await context.expectTrouble(of: bus, "node \(number) during a pause")
        }
        try await context.settle(publisher)
        let accepted = publisher.outcomes.values.filter { if case .accepted = $0 { true } else { false } }.count
        try context.expect(accepted == 1, "\(accepted - 1) publishes were accepted by a backend that stood still")
        try await context.faults.heal()
        try await context.expectRecovery(cluster, publisher, Self.channel, at: recorder)
    }

    private static func blackHole(_ context: CheckContext) async throws {
        let (cluster, publisher, recorder) = try await Self.prepare(context)
        try await context.faults.blackhole(.subscribing)
        for _ in 0..<10 { try await publisher.publish(to: Self.channel) }
        try await context.expectTrouble(of: cluster[0], "node 0 while nothing reaches it")
        try await context.faults.heal()
        try await context.expectRecovery(cluster, publisher, Self.channel, at: recorder)
    }

    private static func starved(_ context: CheckContext) async throws {
        let (cluster, publisher, recorder) = try await Self.prepare(context)
        let before = cluster[0].statistics
        try await context.faults.starve()
        for _ in 0..<10 { try await publisher.publish(to: Self.channel) }
        // Nothing heals the connection: the bus has to find out and make a new one.
        let limit = context.bounds.probe + context.bounds.reconnect
        try await context.untilDelivered(publisher, to: Self.channel, at: recorder, within: limit)
        try context.expectNoSilentLoss(publisher, Self.channel, at: recorder)
        try context.expect(
            cluster[0].statistics.reconnects > before.reconnects,
            "messages came although the connection was starved and not replaced"
        )
        try await context.expectRecovery(cluster, publisher, Self.channel, at: recorder)
    }

    private static func silentServer(_ context: CheckContext) async throws {
        let (cluster, publisher, recorder) = try await Self.prepare(context)
        try await context.faults.blackhole(.both)
        for (number, bus) in cluster.nodes.enumerated() {
            try await context.expectTrouble(of: bus, "node \(number) before a silent server")
        }
        try await Self.expectPatience(context, cluster)
        let down = publisher.submit(to: Self.channel)
        let outcome = try await publisher.outcome(of: down, within: context.bounds.publishDeadline)
        try context.expect(outcome == .failed(.notSent), "a publish before a silent server: \(outcome)")
        try await context.faults.heal()
        try await context.expectRecovery(cluster, publisher, Self.channel, at: recorder)
        try OutageChecks.expectNothingUnsent(context, publisher, recorder)
    }

    /// Counts attempts until each node has made some, and expects that they took their time.
    private static func expectPatience(_ context: CheckContext, _ cluster: Cluster) async throws {
        guard let inspector = context.harness.inspector, let first = try await inspector.connectionAttempts() else {
            return context.partly("nobody counts the attempts to connect")
        }
        let clock = ContinuousClock()
        let start = clock.now
        var count = 0
        try await context.poll(context.bounds.reconnect, "more attempts to connect") {
            count = try await (inspector.connectionAttempts() ?? first) - first
            return count >= 4 * cluster.nodes.count
        }
        let elapsed = clock.now - start
        let allowed = 3 * cluster.nodes.count + Int(elapsed / .milliseconds(20))
        try context.expect(count <= allowed, "\(count) attempts to connect within \(elapsed)")
    }
}
