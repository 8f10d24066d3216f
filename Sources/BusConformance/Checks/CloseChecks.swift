import BusCore
import NIOCore

/// What `close()` ends, and what works afterwards.
enum CloseChecks {
    static let all: [BusCheck] = [
        BusCheck(
            23,
            "close.ends-everything",
            "close() ends every subscription with .closed, completes pending publishes and returns within its bound.",
            endsEverything
        ),
        BusCheck(23, "close.concurrent", "Ten concurrent closers all return, and later ones too.", concurrent),
        BusCheck(
            24,
            "close.use-after",
            "After close() publishing and subscribing fail with .closed, states end, and cancelling does nothing.",
            useAfter
        ),
        BusCheck(
            25,
            "close.no-leak",
            "Buses that come and go leave no connection, interest or receiver behind.",
            noLeak
        ),
    ]

    private static func endsEverything(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let bus = cluster[0]
        let channels: [BusChannel] = ["one", "two"]
        let recorder = context.recorder("subscriber on the closed node")
        try await context.subscribe(recorder, to: channels, on: bus)
        let waiting = SequenceReader(try bus.events(on: ["quiet"]))
        let unread = try bus.events(on: ["one"], buffer: BusBuffer(maximumCount: 4))
        try await context.active(unread.subscription)
        let publisher = context.publisher("the closed node", on: bus)
        for _ in 0..<100 { publisher.submit(to: "one") }
        try await within(context.bounds.close, "close()") { await bus.close() }
        try await publisher.settled(within: context.bounds.publishDeadline)
        try await recorder.wait(context.bounds.settle, "an end of both channels") { $0.ended.count == 2 }
        try await waiting.wait(context.bounds.settle, "the end of a waiting sequence") { $0.isFinished }
        let late = SequenceReader(unread)
        try await late.wait(context.bounds.settle, "the end of a sequence nobody read") { $0.isFinished }
        for channel in channels {
            try context.expect(
                recorder.seen.ended[channel] == .closed,
                "\(channel) ended with \(recorder.seen.ended[channel]?.description ?? "nothing")"
            )
            let steps = Flow(recorder.seen, on: channel, from: publisher).steps
            try context.expect(
                steps.last == .ended && steps.filter { $0 == .ended }.count == 1,
                "events follow the end"
            )
        }
    }

    private static func concurrent(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let bus = cluster[0]
        let early = Observed(false)
        try await within(context.bounds.close, "ten calls of close()") {
            await withTaskGroup { group in
                for _ in 0..<10 {
                    group.addTask {
                        await bus.close()
                        early.update { $0 = $0 || bus.state != .closed }
                    }
                }
            }
        }
        try context.expect(!early.read { $0 }, "a call of close() returned before the bus was closed")
        try await within(context.bounds.close, "an eleventh close()") { await bus.close() }
        let recorder = context.recorder("subscriber on the other node")
        let publisher = context.publisher("the other node", on: cluster[1])
        try await context.subscribe(recorder, to: ["survivors"], on: cluster[1])
        try await context.sentinel(publisher, to: "survivors", at: recorder)
    }

    private static func useAfter(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let bus = cluster[0]
        let recorder = context.recorder("subscriber on the closed node")
        let subscription = try await context.subscribe(recorder, to: ["before"], on: bus)
        let states = Task { await bus.states.reduce(into: [BusState]()) { $0.append($1) } }
        try await within(context.bounds.close, "close()") { await bus.close() }
        try await Self.expectClosed(context, "publish") {
            try await bus.publish(ByteBuffer(string: "late"), to: "before")
        }
        try await Self.expectClosed(context, "subscribe") {
            _ = try bus.subscribe(to: ["after"], receiver: recorder)
        }
        try await Self.expectClosed(context, "active(within:)") {
            try await subscription.active(within: context.bounds.subscribe)
        }
        try context.expect(bus.state == .closed, "the bus is \(bus.state) after close()")
        let seen = try await within(context.bounds.settle, "the end of the states") { await states.value }
        try context.expect(seen.last == .closed, "the states end with \(seen.last?.description ?? "none")")
        let later = try await within(context.bounds.settle, "the end of later states") {
            await bus.states.reduce(into: [BusState]()) { $0.append($1) }
        }
        try context.expect(later == [.closed], "later readers see \(later)")
        let health = try await within(context.bounds.liveness, "health()") { await bus.health() }
        try context.expect(health.state == .closed && !health.isHealthy, "health() says \(health.state)")
        try await within(context.bounds.settle, "cancelled()") {
            subscription.cancel()
            await subscription.cancelled()
        }
    }

    private static func expectClosed(
        _ context: CheckContext,
        _ what: String,
        _ operation: @escaping @Sendable () async throws -> Void
    ) async throws {
        do {
            try await within(context.bounds.publishDeadline, "an answer of \(what)", operation)
        } catch let error as BusError {
            return try context.expect(error.code == .closed, "\(what) threw \(error.code) after close()")
        }
        throw Expectation(text: "\(what) did not throw after close()")
    }

    private static func noLeak(_ context: CheckContext) async throws {
        let inspector = context.harness.inspector
        let baseline = try await inspector?.connections()
        var receivers: [WeakReceiver] = []
        for round in 0..<context.scaled(100, atLeast: 5) {
            receivers += try await Self.cycle(context, label: "cycle\(round)")
        }
        let held = receivers
        try await context.poll(context.bounds.settle, "the end of the closed buses' receivers") {
            held.allSatisfy { $0.receiver == nil }
        }
        guard let inspector, let baseline else {
            return context.partly("without an inspector connections are not seen")
        }
        try await context.poll(context.bounds.settle, "the end of the closed buses' connections") {
            try await inspector.connections() == baseline
        }
    }

    /// Opens a bus, uses it, and closes it; one subscription is cancelled before, one is not.
    private static func cycle(_ context: CheckContext, label: String) async throws -> [WeakReceiver] {
        let cluster = try await context.cluster(1, label: label)
        let bus = cluster[0]
        let cancelled = Recorder("cancelled")
        let open = Recorder("open")
        let publisher = StampedPublisher("publisher", id: 1, bus: bus)
        let subscription = try await context.subscribe(cancelled, to: ["used"], on: bus)
        try await context.subscribe(open, to: ["used"], on: bus)
        try await context.sentinel(publisher, to: "used", at: cancelled)
        subscription.cancel()
        await subscription.cancelled()
        try await within(context.bounds.close, "close()") { await bus.close() }
        return [WeakReceiver(receiver: cancelled), WeakReceiver(receiver: open)]
    }
}
