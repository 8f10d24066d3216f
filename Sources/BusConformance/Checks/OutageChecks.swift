import BusCore

/// What a bus says while its backend is out of reach.
enum OutageChecks {
    static let all: [BusCheck] = [
        BusCheck(
            6,
            "publish.honest-during-outage",
            "While the backend is unreachable no publish succeeds; it is .notSent once the bus knows, and then never delivered.",
            needs: [.fault(.cut(.both))],
            honest
        ),
        BusCheck(
            34,
            "interest.timed-out-subscribe-is-atomic",
            "A subscribe-and-wait that times out during an outage leaves nothing registered.",
            needs: [.fault(.cut(.both))],
            timedOut
        ),
        BusCheck(
            45,
            "state.truth",
            "State and health are red during an outage and green after it.",
            level: .resilient,
            needs: [.fault(.cut(.both))],
            stateTruth
        ),
    ]

    private static func honest(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "honest"
        let recorder = context.recorder("subscriber on node 1")
        try await context.subscribe(recorder, to: [channel], on: cluster[1])
        let publisher = context.publisher("node 0", on: cluster[0])
        try await context.sentinel(publisher, to: channel, at: recorder)
        try await context.faults.cut(.both, of: nil)
        let limit = context.bounds.publishDeadline + context.bounds.settle
        for _ in 0..<10 {
            let sent = publisher.submit(to: channel)
            let outcome = try await publisher.outcome(of: sent, within: limit)
            let isHonest = outcome == .failed(.notSent) || outcome == .failed(.indeterminate)
            try context.expect(isHonest, "a publish during an outage: \(outcome)")
        }
        try await context.state(of: cluster[0], within: context.bounds.liveness, "the end of .connected") {
            $0 != .connected
        }
        let down = publisher.submit(to: channel)
        let outcome = try await publisher.outcome(of: down, within: limit)
        try context.expect(outcome == .failed(.notSent), "a publish while the bus knows it is down: \(outcome)")
        try await context.faults.heal()
        // The first publish that succeeds may take stale ones along: the subscriber has to be there to see them.
        try await context.connected(cluster)
        try await context.untilDelivered(publisher, to: channel, at: recorder)
        try await context.sentinel(publisher, to: channel, at: recorder)
        try Self.expectNothingUnsent(context, publisher, recorder)
    }

    /// What was reported as not sent has not arrived.
    static func expectNothingUnsent(
        _ context: CheckContext,
        _ publisher: StampedPublisher,
        _ recorder: Recorder
    ) throws {
        let seen = recorder.seen
        for (sent, outcome) in publisher.outcomes where outcome == .failed(.notSent) {
            try context.expect(!seen.has(sent), "message \(sent.stamp.sequence) was .notSent and arrived")
        }
    }

    private static func timedOut(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let bus = cluster[0]
        let recorder = context.recorder("gave up during the outage")
        try await context.faults.cut(.both, of: nil)
        try await context.state(of: bus, within: context.bounds.liveness, "the end of .connected") { $0 != .connected }
        do {
            try await within(context.bounds.settle + .milliseconds(20), "the end of subscribe-and-wait") {
                _ = try await bus.subscribe(to: ["given-up"], receiver: recorder, activeWithin: .milliseconds(20))
            }
            throw Expectation(text: "a subscription became active during an outage")
        } catch let error as BusError {
            try context.expect(error.code == .timedOut, "it threw \(error.code) instead of .timedOut")
        }
        try await context.faults.heal()
        let witness = context.recorder("witness on node 1")
        try await context.subscribe(witness, to: ["given-up"], on: cluster[1])
        let publisher = context.publisher("node 1", on: cluster[1])
        try await context.connected(cluster)
        try await context.untilDelivered(publisher, to: "given-up", at: witness)
        try context.expect(bus.statistics.channels == 0, "\(bus.statistics.channels) channels stayed registered")
        try context.expect(recorder.seen.messages == 0, "a subscription that was given up receives messages")
    }

    private static func stateTruth(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let bus = cluster[0]
        let limit = context.bounds.liveness
        let before = try await within(limit, "health()") { await bus.health() }
        try context.expect(before.isHealthy, "health is red without a fault: \(before.reason ?? "no reason")")
        for _ in 0..<2 {
            try await context.faults.cut(.both, of: nil)
            try await context.state(of: bus, within: limit, "the end of .connected") { $0 != .connected }
            let during = try await within(limit, "health() during an outage") { await bus.health() }
            try context.expect(!during.isHealthy && during.state != .connected, "health is green during an outage")
            try context.expect(during.reason != nil, "health gives no reason during an outage")
            try await context.faults.heal()
            try await context.connected(cluster)
            let after = try await within(limit, "health()") { await bus.health() }
            try context.expect(after.isHealthy, "health stays red after the outage: \(after.reason ?? "no reason")")
        }
    }
}
