import BusCore

/// What may still happen after a subscription was cancelled.
enum CancelChecks {
    static let all: [BusCheck] = [
        BusCheck(
            7,
            "cancel.quiet-inside-receiver",
            "After cancel() inside the receiver no further call starts, the rest of the batch included.",
            quietInside
        ),
        BusCheck(
            7,
            "cancel.quiet-after-cancelled",
            "After cancelled() returned no call of the receiver runs or starts.",
            quietAfterwards
        ),
        BusCheck(
            7,
            "cancel.ends-iterator",
            "An iterator's next() that begins after cancel() returns nil.",
            endsIterator
        ),
    ]

    private static func quietInside(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let publisher = context.publisher("node 1", on: cluster[1])
        for round in 0..<context.scaled(50, atLeast: 5) {
            let channel = BusChannel("batch-\(round)")
            let slot = Observed<(any BusSubscription)?>(nil)
            let subject = context.recorder("cancels itself in round \(round)") { event in
                guard case .message(let message) = event, Stamp(message.payload)?.sequence == 10 else { return }
                slot.read { $0 }?.cancel()
            }
            let witness = context.recorder("witness of round \(round)")
            let subscription = try await context.subscribe(subject, to: [channel], on: cluster[0])
            slot.update { $0 = subscription }
            try await context.subscribe(witness, to: [channel], on: cluster[0])
            try await context.flood(publisher, to: channel, count: 100)
            try await context.sentinel(publisher, to: channel, at: witness)
            let count = subject.seen.messages
            try context.expect(count == 10, "\(count) calls instead of the 10 until cancel()")
        }
    }

    private static func quietAfterwards(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let publisher = context.publisher("node 1", on: cluster[1])
        let channel: BusChannel = "noise"
        let witness = context.recorder("witness")
        try await context.subscribe(witness, to: [channel], on: cluster[0])
        for round in 0..<context.scaled(200, atLeast: 20) {
            let subject = OccupancyReceiver()
            let subscription = try await context.subscribe(subject, to: [channel], on: cluster[0])
            for _ in 0..<20 { publisher.submit(to: channel) }
            for _ in 0..<round % 5 { await Task.yield() }
            subscription.cancel()
            try await within(context.bounds.settle, "cancelled()") { await subscription.cancelled() }
            let (calls, isInside) = (subject.calls, subject.isInside)
            try context.expect(!isInside, "a call still runs after cancelled() returned")
            try await context.settle(publisher)
            try await context.sentinel(publisher, to: channel, at: witness)
            try context.expect(subject.calls == calls, "\(subject.calls - calls) calls after cancelled() returned")
        }
    }

    private static func endsIterator(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "iterated"
        let publisher = context.publisher("node 1", on: cluster[1])
        let witness = context.recorder("witness")
        try await context.subscribe(witness, to: [channel], on: cluster[0])
        let sequence = try cluster[0].events(on: [channel])
        try await context.active(sequence.subscription)
        try await context.flood(publisher, to: channel, count: 10)
        try await context.sentinel(publisher, to: channel, at: witness)
        let leftover = try await within(context.bounds.deliver, "the end of the iterator") {
            var iterator = sequence.makeAsyncIterator()
            guard await iterator.next() != nil else { throw Expectation(text: "the sequence has no first event") }
            sequence.cancel()
            return await iterator.next() != nil
        }
        try context.expect(!leftover, "next() returned an event after cancel()")
        try await Self.wakesWaiter(context, cluster)
    }

    /// A consumer that waits in `next()` is woken by `cancel()`.
    private static func wakesWaiter(_ context: CheckContext, _ cluster: Cluster) async throws {
        let sequence = try cluster[0].events(on: ["silent"])
        try await context.active(sequence.subscription)
        let reader = Task {
            for await _ in sequence {}
        }
        await Task.yield()
        sequence.cancel()
        try await within(context.bounds.deliver, "the end of a waiting iterator") { await reader.value }
    }
}
