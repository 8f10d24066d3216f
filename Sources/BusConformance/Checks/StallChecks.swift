import BusCore

/// What becomes of publishes when the backend takes bytes and answers nothing.
enum StallChecks {
    static let all: [BusCheck] = [
        BusCheck(
            6,
            "publish.honest-when-stalled",
            "When the backend stalls, publishes end by the deadline, later ones are .notSent, and none of those is sent later.",
            needs: [.fault(.pause)],
            honest
        ),
        BusCheck(
            22,
            "publish.indeterminate-once",
            "A publish that ended indeterminate is delivered at most once.",
            needs: [.fault(.pause)],
            indeterminateOnce
        ),
        BusCheck(
            43,
            "publish.bounded-when-stalled",
            "When the backend stalls, publishes beyond the declared bound are .overloaded at once.",
            needs: [.fault(.pause)],
            bounded
        ),
    ]

    private static func prepare(
        _ context: CheckContext
    ) async throws -> (Cluster, StampedPublisher, Recorder, BusChannel) {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "stalled"
        let recorder = context.recorder("subscriber on node 1")
        try await context.subscribe(recorder, to: [channel], on: cluster[1])
        let publisher = context.publisher("node 0", on: cluster[0])
        try await context.sentinel(publisher, to: channel, at: recorder)
        return (cluster, publisher, recorder, channel)
    }

    private static func honest(_ context: CheckContext) async throws {
        let (cluster, publisher, recorder, channel) = try await Self.prepare(context)
        let limit = context.bounds.publishDeadline + context.bounds.settle
        try await context.faults.pause()
        let first = try await publisher.outcome(of: publisher.submit(to: channel), within: limit)
        try context.expect(first == .failed(.indeterminate), "the first publish into a stall: \(first)")
        for _ in 0..<20 {
            let outcome = try await publisher.outcome(of: publisher.submit(to: channel), within: limit)
            try context.expect(outcome == .failed(.notSent), "a publish after the first missed deadline: \(outcome)")
        }
        try await context.faults.heal()
        // The first publish that succeeds may take stale ones along: the subscriber has to be there to see them.
        try await context.connected(cluster)
        try await context.untilDelivered(publisher, to: channel, at: recorder)
        try await context.sentinel(publisher, to: channel, at: recorder)
        try OutageChecks.expectNothingUnsent(context, publisher, recorder)
    }

    private static func indeterminateOnce(_ context: CheckContext) async throws {
        let (_, publisher, recorder, channel) = try await Self.prepare(context)
        try await context.faults.pause()
        for _ in 0..<10 { publisher.submit(to: channel) }
        try await context.settle(publisher)
        let unknown = publisher.outcomes.filter { $0.value == .failed(.indeterminate) }.map(\.key)
        try context.expect(!unknown.isEmpty, "no publish into a stall ended indeterminate")
        try await context.faults.heal()
        for _ in 0..<3 { try await context.untilDelivered(publisher, to: channel, at: recorder) }
        for sent in unknown {
            let count = recorder.seen.count(of: sent.stamp, on: channel)
            try context.expect(count <= 1, "the indeterminate message \(sent.stamp.sequence) arrived \(count) times")
        }
    }

    private static func bounded(_ context: CheckContext) async throws {
        guard let limit = context.bounds.publishesInFlight else {
            throw CheckSkipped(reason: "the harness does not declare how many publishes may wait for an answer")
        }
        let (_, publisher, _, channel) = try await Self.prepare(context)
        try await context.faults.pause()
        for _ in 0..<limit + 100 { publisher.submit(to: channel) }
        let waiting = publisher.pending
        try context.expect(waiting <= limit, "\(waiting) publishes wait for an answer; the declared limit is \(limit)")
        try await context.settle(publisher)
        let refused = publisher.outcomes.values.filter { $0 == .failed(.overloaded) }.count
        try context.expect(refused >= 100, "\(refused) of \(limit + 100) publishes were .overloaded; 100 are due")
    }
}
