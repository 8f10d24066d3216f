import BusCore

/// In which order messages arrive.
enum OrderChecks {
    static let all: [BusCheck] = [
        BusCheck(
            4,
            "order.awaited",
            "What one bus publishes to a channel, one after another, arrives in that order.",
            awaited
        ),
        BusCheck(
            4,
            "order.submitted",
            "What one thread submits to a channel without waiting arrives in the order of the calls.",
            submitted
        ),
        BusCheck(
            16,
            "order.interleaving",
            "While others subscribe, cancel and publish, each message comes at most once and in order.",
            interleaving
        ),
        BusCheck(
            36,
            "order.under-load",
            "With 8 publishers, 4 nodes and 100 channels each publisher's messages stay in order at every subscriber.",
            underLoad
        ),
    ]

    private static func pair(_ context: CheckContext, _ channel: BusChannel) async throws -> (Cluster, [Recorder]) {
        let cluster = try await context.cluster(2)
        var recorders: [Recorder] = []
        for (node, bus) in cluster.nodes.enumerated() {
            let recorder = context.recorder("subscriber on node \(node)")
            try await context.subscribe(recorder, to: [channel], on: bus)
            recorders.append(recorder)
        }
        return (cluster, recorders)
    }

    private static func expectOrder(
        _ context: CheckContext,
        _ recorders: [Recorder],
        distinct count: Int
    ) async throws {
        for recorder in recorders {
            try await recorder.wait(context.bulk(context.bounds.deliver, count), "\(count) messages") {
                $0.distinct >= count
            }
            if let disorder = recorder.seen.disorder() { throw Expectation(text: "\(recorder.name): \(disorder)") }
        }
    }

    private static func awaited(_ context: CheckContext) async throws {
        let channel: BusChannel = "sequence"
        let (cluster, recorders) = try await Self.pair(context, channel)
        let publisher = context.publisher("node 0", on: cluster[0])
        let count = context.scaled(10_000, atLeast: 200)
        for _ in 0..<count { try await publisher.publish(to: channel) }
        try await Self.expectOrder(context, recorders, distinct: count)
    }

    private static func submitted(_ context: CheckContext) async throws {
        let channel: BusChannel = "sequence"
        let (cluster, recorders) = try await Self.pair(context, channel)
        let publisher = context.publisher("node 0", on: cluster[0])
        let count = context.scaled(10_000, atLeast: 200)
        try await context.flood(publisher, to: channel, count: count)
        try await Self.expectOrder(context, recorders, distinct: count)
    }

    private static func underLoad(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(4)
        let channels = (0..<context.scaled(100, atLeast: 10)).map { BusChannel("busy-\($0)") }
        var recorders: [Recorder] = []
        for (node, bus) in cluster.nodes.enumerated() {
            let recorder = context.recorder("subscriber on node \(node)")
            try await context.subscribe(recorder, to: channels, on: bus)
            recorders.append(recorder)
        }
        let each = context.scaled(5_000, atLeast: 200)
        try await withThrowingTaskGroup { group in
            for index in 0..<8 {
                let publisher = context.publisher("publisher \(index)", on: cluster[index % 4])
                group.addTask {
                    var random = SeededGenerator(seed: context.harness.seed &+ UInt64(index))
                    for _ in 0..<each {
                        try await publisher.publish(to: channels[Int(random.next() % UInt64(channels.count))])
                    }
                }
            }
            try await group.waitForAll()
        }
        try await Self.expectOrder(context, recorders, distinct: 8 * each)
    }

    private static func interleaving(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channels = (0..<4).map { BusChannel("mixed-\($0)") }
        let each = context.scaled(100_000, atLeast: 800) / 8
        try await withThrowingTaskGroup { group in
            for index in 0..<4 {
                let publisher = context.publisher("publisher \(index)", on: cluster[index % 2])
                group.addTask {
                    for step in 0..<each { try await publisher.publish(to: channels[step % channels.count]) }
                }
                group.addTask { try await Self.comeAndGo(context, cluster, channels, index, each) }
            }
            try await group.waitForAll()
        }
    }

    /// Subscribes and cancels at random; each subscription's record must be in order and without duplicates.
    private static func comeAndGo(
        _ context: CheckContext,
        _ cluster: Cluster,
        _ channels: [BusChannel],
        _ worker: Int,
        _ steps: Int
    ) async throws {
        var random = SeededGenerator(seed: context.harness.seed &+ 100 &+ UInt64(worker))
        var live: [(subscription: any BusSubscription, recorder: Recorder)] = []
        for step in 0..<steps {
            if live.count < 4, random.next() % 2 == 0 {
                let recorder = Recorder("subscription \(worker).\(step)")
                let wanted = channels.filter { _ in random.next() % 2 == 0 }
                let bus = cluster[Int(random.next() % 2)]
                let list = wanted.isEmpty ? channels : wanted
                live.append((try bus.subscribe(to: list, receiver: recorder), recorder))
            } else if let (subscription, recorder) = live.popLast() {
                subscription.cancel()
                await subscription.cancelled()
                try Self.inspect(recorder)
            }
            await Task.yield()
        }
        for (subscription, recorder) in live {
            subscription.cancel()
            await subscription.cancelled()
            try Self.inspect(recorder)
        }
    }

    private static func inspect(_ recorder: Recorder) throws {
        let seen = recorder.seen
        if let duplicate = seen.duplicate() { throw Expectation(text: "\(recorder.name): \(duplicate)") }
        if let disorder = seen.disorder() { throw Expectation(text: "\(recorder.name): \(disorder)") }
    }
}
