import BusCore

/// What a reconnect costs the backend.
enum ReconnectChecks {
    static let all: [BusCheck] = [
        BusCheck(
            42,
            "reconnect.cost",
            "Many channels are restored with few commands: one for each batch of them.",
            level: .resilient,
            needs: [.anyFault([.kill(.subscribing), .kill(.both)])],
            cost
        ),
        BusCheck(
            42,
            "reconnect.spread",
            "Ten buses that lose their backend at one moment do not come back at one moment.",
            level: .resilient,
            needs: [.fault(.kill(.both))],
            spread
        ),
    ]

    private static func cost(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let recorder = context.recorder("subscriber on node 0")
        let count = context.scaled(20_000, atLeast: 2_000)
        let channels = (0..<count).map { BusChannel("restored-\($0)") }
        try await context.subscribe(recorder, to: channels, on: cluster[0])
        guard let inspector = context.harness.inspector, let before = try await inspector.subscribeCommands() else {
            return context.partly("nobody counts the commands to subscribe")
        }
        let faults = try context.faults
        try await faults.kill(faults.verbs.contains(.kill(.subscribing)) ? .subscribing : .both)
        try await recorder.wait(context.bulk(context.bounds.reconnect, count), "a gap on each of \(count) channels") {
            $0.gaps.count == count
        }
        try await context.connected(cluster)
        let commands = (try await inspector.subscribeCommands() ?? before) - before
        let batch = context.bounds.resubscribeBatch
        // A few more for the connections themselves, and for an attempt that may have been lost again.
        let allowed = (count + batch - 1) / batch + 4 * cluster.nodes.count
        try context.expect(
            commands <= allowed,
            "\(commands) commands restored \(count) channels; \(allowed) are allowed with \(batch) channels in each"
        )
    }

    /// A busy machine may wake ten timers at once, and may keep ten crowding buses apart: most rounds decide.
    private static func spread(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(10)
        var crowds: [Duration] = []
        for _ in 0..<5 {
            let spread = try await Self.spread(context, cluster)
            if spread < context.bounds.reconnectSpread { crowds.append(spread) }
        }
        try context.expect(crowds.count < 3, "in \(crowds.count) of 5 outages ten buses came back within \(crowds)")
    }

    /// Ends all connections.
    ///
    /// - Returns: The time between the first bus's return and the last one's.
    private static func spread(_ context: CheckContext, _ cluster: Cluster) async throws -> Duration {
        let times = Observed<[ContinuousClock.Instant]>([])
        let watchers = cluster.nodes.map { bus in
            let states = bus.states
            return Task {
                var wasDown = false
                for await state in states {
                    if state != .connected { wasDown = true }
                    guard wasDown, state == .connected else { continue }
                    return times.update { $0.append(ContinuousClock.now) }
                }
            }
        }
        defer { for watcher in watchers { watcher.cancel() } }
        try await context.faults.kill(.both)
        let limit = context.bounds.reconnect
        guard await times.wait(within: limit, until: { $0.count == cluster.nodes.count }) else {
            throw DeadlinePassed(what: "the reconnect of ten buses", limit: limit)
        }
        let seen = times.read { $0 }
        guard let first = seen.min(), let last = seen.max() else { return .zero }
        return last - first
    }
}
