import BusCore
import NIOCore

/// What a publish tells its caller.
enum PublishChecks {
    static let all: [BusCheck] = [
        BusCheck(
            29,
            "publish.oversize",
            "A payload above the limit is refused with .payloadTooLarge and disturbs nothing.",
            oversize
        ),
        BusCheck(
            33,
            "publish.cancelled-task",
            "A publish whose task was cancelled before is not sent; cancelled later it is delivered at most once.",
            cancelledTask
        ),
        BusCheck(
            43,
            "publish.bounded",
            "Of a flood nobody waits for, what was accepted arrives, and the rest is .overloaded at once.",
            bounded
        ),
    ]

    private static func oversize(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let limit = cluster[0].limits.maximumPayloadBytes
        guard limit <= 64 * 1024 * 1024 else { throw CheckSkipped(reason: "the payload limit is above 64 MiB") }
        let channel: BusChannel = "large"
        let recorder = context.recorder("subscriber on node 1")
        try await context.subscribe(recorder, to: [channel], on: cluster[1])
        let publisher = context.publisher("node 0", on: cluster[0])
        try await context.sentinel(publisher, to: channel, at: recorder)
        for _ in 0..<3 {
            let sent = publisher.submit(to: channel, size: limit + 1)
            let outcome = try await publisher.outcome(of: sent, within: context.bounds.publishDeadline)
            try context.expect(outcome == .failed(.payloadTooLarge), "\(limit + 1) bytes: \(outcome)")
            try await context.sentinel(publisher, to: channel, at: recorder)
            try context.expect(!recorder.seen.has(sent), "a refused payload was delivered")
        }
        try context.expect(recorder.seen.gaps.isEmpty, "a refused payload cost the connection")
        try context.expect(cluster[0].state == .connected, "a refused payload left the bus \(cluster[0].state)")
    }

    private static func cancelledTask(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "cancelled"
        let recorder = context.recorder("subscriber on node 1")
        try await context.subscribe(recorder, to: [channel], on: cluster[1])
        let payloads = PayloadReceiver()
        try await context.subscribe(payloads, to: [channel], on: cluster[1])
        let publisher = context.publisher("node 0", on: cluster[0])
        var random = context.random
        for number in 0..<context.scaled(200, atLeast: 20) {
            try await Self.cancelledBefore(context, cluster[0], channel, number)
            let payload = ByteBuffer(string: "raced \(number)")
            let task = Task { try await cluster[0].publish(payload, to: channel) }
            for _ in 0..<random.next() % 3 { await Task.yield() }
            task.cancel()
            _ = try await within(
                context.bounds.publishDeadline + context.bounds.settle,
                "the end of a cancelled publish"
            ) {
                await task.result
            }
        }
        for _ in 0..<2 { try await context.sentinel(publisher, to: channel, at: recorder) }
        let arrived = payloads.texts
        try context.expect(!arrived.contains { $0.hasPrefix("cancelled") }, "a publish of a cancelled task was sent")
        let raced = arrived.filter { $0.hasPrefix("raced") }
        try context.expect(Set(raced).count == raced.count, "a publish was delivered more than once")
    }

    /// A task that is cancelled already publishes what must never arrive.
    private static func cancelledBefore(
        _ context: CheckContext,
        _ bus: any MessageBus,
        _ channel: BusChannel,
        _ number: Int
    ) async throws {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await bus.publish(ByteBuffer(string: "cancelled \(number)"), to: channel)
        }
        task.cancel()
        guard case .failure(let error) = await task.result, error is CancellationError else {
            throw Expectation(text: "a publish in a cancelled task did not throw CancellationError")
        }
    }

    private static func bounded(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "flood"
        let recorder = context.recorder("subscriber on node 1")
        try await context.subscribe(recorder, to: [channel], on: cluster[1])
        let publisher = context.publisher("node 0", on: cluster[0])
        let count = context.scaled(100_000, atLeast: 5_000)
        var most = 0
        for index in 0..<count {
            publisher.submit(to: channel)
            if index % 100 == 0 { most = max(most, publisher.pending) }
        }
        try await publisher.settled(within: context.bulk(context.bounds.publishDeadline, count))
        try await Self.expectHonest(context, publisher, recorder)
        guard let limit = context.bounds.publishesInFlight else {
            return context.partly("the harness does not declare how many publishes may wait for an answer")
        }
        try context.expect(most <= limit, "\(most) publishes waited for an answer; the declared limit is \(limit)")
    }

    /// What was accepted arrives, what was refused does not.
    private static func expectHonest(
        _ context: CheckContext,
        _ publisher: StampedPublisher,
        _ recorder: Recorder
    ) async throws {
        let accepted = publisher.outcomes.filter { if case .accepted = $0.value { true } else { false } }
        let others = publisher.outcomes.filter {
            if case .failed(let code) = $0.value { code != .overloaded } else { false }
        }
        try context.expect(
            others.isEmpty,
            "\(others.count) publishes failed, for example \(others.first?.value as Any)"
        )
        try await recorder.wait(context.bulk(context.bounds.deliver, accepted.count), "what was accepted") {
            $0.distinct >= accepted.count
        }
        let seen = recorder.seen
        try context.expect(accepted.keys.allSatisfy(seen.has), "an accepted message did not arrive")
        try context.expect(seen.distinct == accepted.count, "a refused message arrived")
    }
}
