import BusCore

/// What a bus restores by itself after its connections were lost.
enum RecoveryChecks {
    static let all: [BusCheck] = [
        BusCheck(
            5,
            "recover.subscriptions",
            "After all connections were closed every subscription delivers again without the application's help.",
            needs: [.fault(.kill(.both))]
        ) { context in
            try await subscriptionsReturn(context) { try await $0.kill(.both) }
        },
        BusCheck(
            21,
            "recover.restart",
            "After the backend came back empty every subscription delivers again.",
            level: .resilient,
            needs: [.fault(.restart)]
        ) { context in
            try await subscriptionsReturn(context) { try await $0.restart() }
        },
        BusCheck(
            17,
            "recover.interrupted",
            "When restoring 5,000 channels is interrupted again and again, all of them come back in the end.",
            needs: [.anyFault([.kill(.subscribing), .kill(.both)])],
            interrupted
        ),
        BusCheck(
            20,
            "recover.intents-while-down",
            "Subscriptions made and cancelled during an outage are what is subscribed afterwards.",
            needs: [.fault(.cut(.both))],
            intentsWhileDown
        ),
    ]

    private static func subscriptionsReturn(
        _ context: CheckContext,
        after fault: @Sendable (any BusFaultInjector) async throws -> Void
    ) async throws {
        let cluster = try await context.cluster(2)
        let recorder = context.recorder("subscriber on node 0")
        let publisher = context.publisher("node 1", on: cluster[1])
        let channels = (0..<context.scaled(50, atLeast: 10)).map { BusChannel("restored-\($0)") }
        for channel in channels { try await context.subscribe(recorder, to: [channel], on: cluster[0]) }
        for channel in channels { try await context.sentinel(publisher, to: channel, at: recorder) }
        for _ in 0..<3 {
            try await fault(context.faults)
            for channel in channels { try await context.untilDelivered(publisher, to: channel, at: recorder) }
        }
    }

    private static func interrupted(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let recorder = context.recorder("subscriber on node 0")
        let publisher = context.publisher("node 1", on: cluster[1])
        let count = context.scaled(5_000, atLeast: 600)
        let channels = (0..<count).map { BusChannel("restored-\($0)") }
        try await context.subscribe(recorder, to: channels, on: cluster[0])
        let faults = try context.faults
        let part: BusFaultPart = faults.verbs.contains(.kill(.subscribing)) ? .subscribing : .both
        try await faults.kill(part)
        for (round, percent) in [10, 50, 90].enumerated() {
            let wanted = count * percent / 100 + 1
            // Gap markers show how far it got. A bus without them is judged by its deliveries below.
            try? await recorder.wait(context.bounds.reconnect * 0.2, "\(percent) % of the channels") { seen in
                seen.gaps.values.reduce(0) { $0 + ($1 > round ? 1 : 0) } >= min(wanted, count)
            }
            try await faults.kill(part)
        }
        try await Self.allDeliver(context, publisher, channels, recorder)
    }

    private static func allDeliver(
        _ context: CheckContext,
        _ publisher: StampedPublisher,
        _ channels: [BusChannel],
        _ recorder: Recorder
    ) async throws {
        let limit = context.bulk(context.bounds.reconnect, channels.count)
        let clock = ContinuousClock()
        let end = clock.now + limit
        var missing = channels
        while true {
            try await context.flood(publisher, to: missing)
            try? await recorder.wait(context.bounds.deliver * 0.5, "a message on each channel") {
                $0.delivering.count == channels.count
            }
            let delivering = recorder.seen.delivering
            missing = channels.filter { !delivering.contains($0) }
            if missing.isEmpty { return }
            guard clock.now < end else {
                throw DeadlinePassed(what: "a delivery on \(missing.count) of \(channels.count) channels", limit: limit)
            }
        }
    }

    private static func intentsWhileDown(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let bus = cluster[0]
        let kept = context.recorder("kept")
        let cancelled = context.recorder("cancelled during the outage")
        let made = context.recorder("made during the outage")
        let brief = context.recorder("made and cancelled during the outage")
        try await context.subscribe(kept, to: ["kept"], on: bus)
        let old = try await context.subscribe(cancelled, to: ["cancelled"], on: bus)
        try await context.faults.cut(.both, of: nil)
        try await context.state(of: bus, within: context.bounds.liveness, "the end of .connected") { $0 != .connected }
        old.cancel()
        let new = try bus.subscribe(to: ["made"], receiver: made)
        try bus.subscribe(to: ["brief"], receiver: brief).cancel()
        do {
            try await within(context.bounds.settle, "the end of active(within:)") {
                try await new.active(within: .milliseconds(20))
            }
            throw Expectation(text: "a subscription became active during an outage")
        } catch let error as BusError {
            try context.expect(error.code == .timedOut, "active(within:) threw \(error.code) instead of .timedOut")
        }
        try await context.faults.heal()
        try await Self.expectIntents(context, cluster, present: [("kept", kept), ("made", made)])
        try context.expect(
            cancelled.seen.messages == 0 && brief.seen.messages == 0,
            "a cancelled subscription received"
        )
        try await Self.expectInterest(context, cluster, absent: ["cancelled", "brief"])
    }

    private static func expectIntents(
        _ context: CheckContext,
        _ cluster: Cluster,
        present: [(BusChannel, Recorder)]
    ) async throws {
        let publisher = context.publisher("node 1", on: cluster[1])
        for (channel, recorder) in present { try await context.untilDelivered(publisher, to: channel, at: recorder) }
        for channel: BusChannel in ["cancelled", "brief"] { try await publisher.publish(to: channel) }
        for (channel, recorder) in present { try await context.sentinel(publisher, to: channel, at: recorder) }
        let count = cluster[0].statistics.channels
        try context.expect(count == present.count, "\(count) channels are subscribed instead of \(present.count)")
    }

    private static func expectInterest(
        _ context: CheckContext,
        _ cluster: Cluster,
        absent: [BusChannel]
    ) async throws {
        guard let inspector = context.harness.inspector else {
            return context.partly("without an inspector the backend's own interest is not seen")
        }
        for channel in absent {
            try await context.poll(context.bounds.settle, "the end of the backend's interest in \(channel)") {
                try await inspector.subscribers(of: channel, in: cluster.namespace) ?? 0 == 0
            }
        }
    }
}
