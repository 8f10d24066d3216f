import BusCore

/// Whether a bus counts what it does.
enum StatisticsChecks {
    static let all: [BusCheck] = [
        BusCheck(
            51,
            "statistics.truth",
            "The counts of published and delivered messages are those of the ledger.",
            level: .resilient,
            truth
        )
    ]

    private static func truth(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "counted"
        let first = context.recorder("first subscriber on node 0")
        let second = context.recorder("second subscriber on node 0")
        try await context.subscribe(first, to: [channel], on: cluster[0])
        try await context.subscribe(second, to: [channel], on: cluster[0])
        let publisher = context.publisher("node 1", on: cluster[1])
        let (before, publishedBefore) = (cluster[0].statistics, cluster[1].statistics)
        let count = context.scaled(1_000, atLeast: 50)
        try await context.flood(publisher, to: channel, count: count)
        for recorder in [first, second] {
            try await recorder.wait(context.bulk(context.bounds.deliver, count), "\(count) messages") {
                $0.distinct == count
            }
        }
        try context.expect(cluster[1].statistics.published - publishedBefore.published == count, "published is wrong")
        // The counts are settled at the end of a read, which may be a moment after its last message.
        try await context.poll(context.bounds.settle, "\(2 * count) counted deliveries") {
            cluster[0].statistics.delivered - before.delivered == 2 * count
        }
        try context.expect(cluster[0].statistics.gaps == before.gaps, "gaps were counted where there were none")
    }
}
