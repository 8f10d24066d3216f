import BusCore

/// How receivers are called.
enum ReceiverChecks {
    static let all: [BusCheck] = [
        BusCheck(
            61,
            "receiver.serial",
            "Calls of one receiver never overlap and never recurse, whatever publishes and cancels at the same time.",
            serial
        ),
        BusCheck(
            8,
            "receiver.slow-neighbour",
            "A subscription that is never read delays neither publishers nor other subscriptions.",
            slowNeighbour
        ),
    ]

    private static func serial(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channels: [BusChannel] = ["first", "second", "third"]
        // Calls that take a while are more likely to meet.
        let subject = OccupancyReceiver(work: 2_000)
        for channel in channels { try await context.subscribe(subject, to: [channel], on: cluster[0]) }
        let witness = context.recorder("witness")
        try await context.subscribe(witness, to: channels, on: cluster[0])
        let each = context.scaled(5_000, atLeast: 300)
        try await withThrowingTaskGroup { group in
            for index in 0..<8 {
                let publisher = context.publisher("publisher \(index)", on: cluster[index % 2])
                group.addTask { _ = try await context.flood(publisher, to: channels[index % 3], count: each) }
            }
            group.addTask {
                for step in 0..<each {
                    try cluster[0].subscribe(to: [channels[step % 3]], receiver: subject).cancel()
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        try await witness.wait(context.bulk(context.bounds.deliver, 8 * each), "\(8 * each) messages") {
            $0.messages >= 8 * each
        }
        try context.expect(subject.overlaps == 0, "\(subject.overlaps) calls began while another one ran")
    }

    private static func slowNeighbour(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "fast-and-slow"
        let unread = try cluster[0].events(on: [channel], buffer: BusBuffer(maximumCount: 16))
        try await context.active(unread.subscription)
        var recorders: [Recorder] = []
        for (node, bus) in cluster.nodes.enumerated() {
            let recorder = context.recorder("reader on node \(node)")
            try await context.subscribe(recorder, to: [channel], on: bus)
            recorders.append(recorder)
        }
        let publisher = context.publisher("node 1", on: cluster[1])
        let count = context.scaled(50_000, atLeast: 1_000)
        try await context.flood(publisher, to: channel, count: count)
        for recorder in recorders {
            try await recorder.wait(context.bulk(context.bounds.deliver, count), "\(count) messages") {
                $0.distinct == count
            }
        }
        unread.cancel()
    }
}
