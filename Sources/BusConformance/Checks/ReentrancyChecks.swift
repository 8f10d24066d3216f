import BusCore
import NIOCore
import Synchronization

/// What a receiver may do from inside its call: nearly everything.
enum ReentrancyChecks {
    static let all: [BusCheck] = [
        BusCheck(
            62,
            "reentrancy.submit",
            "A receiver may submit to its own and to other channels; calls do not nest.",
            submit
        ),
        BusCheck(62, "reentrancy.subscribe", "A receiver may subscribe.", subscribe),
        BusCheck(
            62,
            "reentrancy.cancel-other",
            "A receiver may cancel another subscription, which is quiet at once.",
            cancelOther
        ),
        BusCheck(62, "reentrancy.close", "A receiver may start closing the bus.", close),
        BusCheck(62, "reentrancy.ping-pong", "Two buses whose receivers publish to each other do not block.", pingPong),
    ]

    /// Counts down: each message makes the receiver publish the next one.
    private static func submit(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channels: [BusChannel] = ["same", "other"]
        let depth = Atomic<Int>(0)
        let nested = Atomic<Int>(0)
        let rounds = context.scaled(2_000, atLeast: 200)
        let publisher = context.publisher("node 0", on: cluster[0])
        let subject = context.recorder("resubmits on node 0") { event in
            guard case .message(let message) = event, let stamp = Stamp(message.payload) else { return }
            if depth.add(1, ordering: .acquiringAndReleasing).oldValue > 0 {
                nested.add(1, ordering: .acquiringAndReleasing)
            }
            if stamp.sequence < UInt64(rounds) { publisher.submit(to: message.channel) }
            depth.subtract(1, ordering: .acquiringAndReleasing)
        }
        let witness = context.recorder("witness on node 1")
        try await context.subscribe(subject, to: channels, on: cluster[0])
        try await context.subscribe(witness, to: channels, on: cluster[1])
        for channel in channels { publisher.submit(to: channel) }
        let limit = context.bulk(context.bounds.deliver, 2 * rounds)
        try await witness.wait(limit, "\(2 * rounds) messages") { $0.distinct >= 2 * rounds }
        let count = nested.load(ordering: .acquiring)
        try context.expect(count == 0, "\(count) calls ran inside another call")
    }

    private static func subscribe(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let inner = context.recorder("subscribed from inside")
        let made = Observed<(any BusSubscription)?>(nil)
        let bus = cluster[0]
        let outer = context.recorder("subscribes") { _ in
            guard let subscription = try? bus.subscribe(to: ["trigger", "inner"], receiver: inner) else { return }
            made.update { $0 = subscription }
        }
        try await context.subscribe(outer, to: ["trigger"], on: bus)
        let publisher = context.publisher("node 1", on: cluster[1])
        let first = try await publisher.publish(to: "trigger")
        _ = await made.wait(within: context.bounds.deliver) { $0 != nil }
        guard let subscription = made.read({ $0 }) else {
            throw Expectation(text: "subscribing from inside a receiver did not succeed")
        }
        try await context.active(subscription)
        try await context.sentinel(publisher, to: "inner", at: inner)
        try context.expect(!inner.seen.has(first), "the new subscription got the message that was being delivered")
    }

    private static func cancelOther(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let publisher = context.publisher("node 1", on: cluster[1])
        for round in 0..<context.scaled(50, atLeast: 5) {
            let channel = BusChannel("neighbours-\(round)")
            let slot = Observed<(any BusSubscription)?>(nil)
            let victim = context.recorder("victim of round \(round)")
            let atCancel = Atomic<Int>(-1)
            let killer = context.recorder("cancels the victim of round \(round)") { event in
                guard case .message(let message) = event, Stamp(message.payload)?.sequence == 10 else { return }
                slot.read { $0 }?.cancel()
                atCancel.store(victim.seen.messages, ordering: .releasing)
            }
            let subscription = try await context.subscribe(victim, to: [channel], on: cluster[0])
            slot.update { $0 = subscription }
            try await context.subscribe(killer, to: [channel], on: cluster[0])
            try await context.flood(publisher, to: channel, count: 50)
            try await context.sentinel(publisher, to: channel, at: killer)
            let allowed = atCancel.load(ordering: .acquiring)
            let count = victim.seen.messages
            try context.expect(count == allowed, "\(count) calls; there had been \(allowed) when it was cancelled")
        }
    }

    private static func close(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let closed = Observed(false)
        let bus = cluster[0]
        let recorder = context.recorder("closes") { event in
            guard case .message = event else { return }
            Task {
                await bus.close()
                closed.update { $0 = true }
            }
        }
        try await context.subscribe(recorder, to: ["last-words"], on: bus)
        let publisher = context.publisher("node 1", on: cluster[1])
        try await publisher.publish(to: "last-words")
        let limit = context.bounds.deliver + context.bounds.close
        guard await closed.wait(within: limit, until: { $0 }) else {
            throw DeadlinePassed(what: "close() from inside a receiver", limit: limit)
        }
        try context.expect(bus.state == .closed, "the bus is \(bus.state) after close()")
    }

    private static func pingPong(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let rounds = UInt64(context.scaled(2_000, atLeast: 200))
        let left = context.publisher("node 0", on: cluster[0])
        let right = context.publisher("node 1", on: cluster[1])
        let ping = Self.player(context, "answers on node 0", left, "pong", rounds)
        let pong = Self.player(context, "answers on node 1", right, "ping", rounds)
        try await context.subscribe(ping, to: ["ping"], on: cluster[0])
        try await context.subscribe(pong, to: ["pong"], on: cluster[1])
        left.submit(to: "pong")
        right.submit(to: "ping")
        let limit = context.bulk(context.bounds.deliver, Int(rounds))
        for player in [ping, pong] {
            try await player.wait(limit, "\(rounds) messages") { $0.distinct >= Int(rounds) }
        }
    }

    private static func player(
        _ context: CheckContext,
        _ name: String,
        _ publisher: StampedPublisher,
        _ channel: BusChannel,
        _ rounds: UInt64
    ) -> Recorder {
        context.recorder(name) { event in
            guard case .message(let message) = event, let stamp = Stamp(message.payload) else { return }
            if stamp.sequence < rounds { publisher.submit(to: channel) }
        }
    }
}
