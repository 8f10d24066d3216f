import BusCore

/// Who counts as interested in a channel, and until when.
enum InterestChecks {
    static let all: [BusCheck] = [
        BusCheck(
            11,
            "interest.reference-count",
            "Cancelling some subscriptions of a channel costs the others nothing; cancelling the last ends the interest.",
            referenceCount
        ),
        BusCheck(
            12,
            "interest.churn",
            "After any amount of concurrent subscribing and cancelling the interest is what is still subscribed.",
            churn
        ),
        BusCheck(
            34,
            "interest.failed-subscribe-is-atomic",
            "A subscribe call that throws leaves nothing registered.",
            atomic
        ),
        BusCheck(
            32,
            "interest.cancelled-task",
            "Cancelling the task that subscribes and waits throws CancellationError and leaves nothing registered.",
            cancelledTask
        ),
    ]

    private static func referenceCount(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "counted"
        let publisher = context.publisher("node 1", on: cluster[1])
        let survivor = context.recorder("survivor on node 0")
        let last = try await context.subscribe(survivor, to: [channel], on: cluster[0])
        var others: [any BusSubscription] = []
        for index in 0..<3 {
            let recorder = context.recorder("other \(index) on node 0")
            others.append(try await context.subscribe(recorder, to: [channel], on: cluster[0]))
        }
        for number in 0..<100 {
            if number % 25 == 20 { others.popLast()?.cancel() }
            try await publisher.publish(to: channel)
        }
        try await context.sentinel(publisher, to: channel, at: survivor)
        let flow = Flow(survivor.seen, on: channel, from: publisher)
        try context.expect(flow.sequences.first == 1 && flow.silentHole == nil, "the survivor misses messages")
        last.cancel()
        try await context.expectNoInterest(in: [channel], of: cluster)
        let deferred = BusSubscriptionOptions(release: .deferred)
        try await context.subscribe(survivor, to: [channel], on: cluster[0], options: deferred).cancel()
        try await context.expectNoInterest(in: [channel], of: cluster, after: context.bounds.linger)
    }

    private static func churn(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "churned"
        let rounds = context.scaled(1_000, atLeast: 20)
        try await withThrowingTaskGroup { group in
            for worker in 0..<64 {
                group.addTask { try await Self.churn(context, cluster[0], channel, worker, rounds) }
            }
            try await group.waitForAll()
        }
        let recorder = context.recorder("the live subscription")
        let publisher = context.publisher("node 1", on: cluster[1])
        let live = try await context.subscribe(recorder, to: [channel], on: cluster[0])
        try await context.sentinel(publisher, to: channel, at: recorder)
        try await context.poll(context.bounds.settle, "an interest in one channel") {
            cluster[0].statistics.channels == 1
        }
        live.cancel()
        try await context.expectNoInterest(in: [channel], of: cluster)
    }

    private static func churn(
        _ context: CheckContext,
        _ bus: any MessageBus,
        _ channel: BusChannel,
        _ worker: Int,
        _ rounds: Int
    ) async throws {
        var random = SeededGenerator(seed: context.harness.seed &+ UInt64(worker))
        let recorder = Recorder("churning \(worker)")
        for _ in 0..<rounds {
            let subscription = try bus.subscribe(to: [channel], receiver: recorder)
            switch random.next() % 4 {
            case 0: try await subscription.active(within: context.bulk(context.bounds.subscribe, 64))
            case 1: await Task.yield()
            default: break
            }
            subscription.cancel()
        }
    }

    private static func atomic(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let good: BusChannel = "good"
        let long = BusChannel(bytes: repeatElement(0x61, count: cluster[0].limits.maximumChannelBytes + 1))
        let recorder = context.recorder("subscriber that was refused")
        for bad in [[good, BusChannel("")], [good, long], []] {
            do {
                _ = try cluster[0].subscribe(to: bad, receiver: recorder)
            } catch {
                try context.expect(error.code == .invalidChannel, "it threw \(error) instead of .invalidChannel")
                continue
            }
            throw Expectation(text: "subscribing to \(bad) did not throw")
        }
        let witness = context.recorder("witness on node 1")
        try await context.subscribe(witness, to: [good], on: cluster[1])
        let publisher = context.publisher("node 1", on: cluster[1])
        try await context.sentinel(publisher, to: good, at: witness)
        try context.expect(cluster[0].statistics.channels == 0, "a refused subscription left a channel registered")
        try await context.sentinel(publisher, to: good, at: witness)
        try context.expect(recorder.seen.messages == 0, "a refused subscription receives messages")
    }

    private static func cancelledTask(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        var random = context.random
        for round in 0..<context.scaled(200, atLeast: 20) {
            let channel = BusChannel("abandoned-\(round)")
            let limit = context.bounds.subscribe
            let task = Task {
                let recorder = Recorder("abandoned")
                return try await cluster[0].subscribe(to: [channel], receiver: recorder, activeWithin: limit)
            }
            for _ in 0..<random.next() % 4 { await Task.yield() }
            task.cancel()
            do {
                // The confirmation may have been faster.
                let subscription = try await within(limit + limit, "the end of a cancelled subscribe") {
                    try await task.value
                }
                subscription.cancel()
            } catch is CancellationError {}
        }
        try await context.expectNoInterest(in: [], of: cluster)
        let recorder = context.recorder("subscriber afterwards")
        let publisher = context.publisher("node 1", on: cluster[1])
        try await context.subscribe(recorder, to: ["afterwards"], on: cluster[0])
        try await context.sentinel(publisher, to: "afterwards", at: recorder)
    }
}
