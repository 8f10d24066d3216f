import BusCore

/// The bound of a sequence's buffer.
enum BufferChecks {
    static let all: [BusCheck] = [
        BusCheck(
            9,
            "buffer.drop-oldest",
            "A full buffer drops its oldest messages; a gap with their exact count stands where they were.",
            dropOldest
        ),
        BusCheck(
            9,
            "buffer.drop-newest",
            "A full buffer drops new messages; a gap with their exact count stands where they would be.",
            dropNewest
        ),
        BusCheck(9, "buffer.end", "A full buffer ends the subscription with .overloaded if it was told to.", end),
        BusCheck(9, "buffer.bytes", "The bound in bytes holds as the one in messages does.", bytes),
    ]

    private static let channel: BusChannel = "buffered"

    /// Publishes while nobody reads; when it returns, all but the last message have passed the buffer.
    private static func fill(
        _ context: CheckContext,
        _ buffer: BusBuffer,
        count: Int,
        size: Int = Stamp.byteCount
    ) async throws -> (BusEventSequence, StampedPublisher, Recorder) {
        let cluster = try await context.cluster(2)
        let sequence = try cluster[0].events(on: [Self.channel], buffer: buffer)
        try await context.active(sequence.subscription)
        let witness = context.recorder("witness")
        try await context.subscribe(witness, to: [Self.channel], on: cluster[0])
        let publisher = context.publisher("node 1", on: cluster[1])
        for _ in 0..<count { try await publisher.publish(to: Self.channel, size: size) }
        let last = try await publisher.publish(to: Self.channel, size: size)
        try await witness.wait(context.bulk(context.bounds.deliver, count), for: last)
        return (sequence, publisher, witness)
    }

    private static func dropOldest(_ context: CheckContext) async throws {
        let count = context.scaled(1_000, atLeast: 100)
        try await Self.dropping(context, BusBuffer(maximumCount: 10, overflow: .dropOldest), count: count)
    }

    private static func dropNewest(_ context: CheckContext) async throws {
        let count = context.scaled(1_000, atLeast: 100)
        try await Self.dropping(context, BusBuffer(maximumCount: 10, overflow: .dropNewest), count: count)
    }

    private static func bytes(_ context: CheckContext) async throws {
        let buffer = BusBuffer(maximumCount: 10_000, maximumBytes: 1_000, overflow: .dropOldest)
        try await Self.dropping(context, buffer, count: context.scaled(1_000, atLeast: 100), size: 100)
    }

    /// At most ten of the messages that came while nobody read are there, and gaps account for the others exactly.
    private static func dropping(
        _ context: CheckContext,
        _ buffer: BusBuffer,
        count: Int,
        size: Int = Stamp.byteCount
    ) async throws {
        let (sequence, publisher, witness) = try await Self.fill(context, buffer, count: count, size: size)
        let reader = SequenceReader(sequence)
        try await reader.wait(context.bounds.deliver, "what was buffered") { $0.recording.messages > 0 }
        let last = try await Self.trailer(context, publisher, witness, reader)
        let flow = Flow(reader.seen.recording, on: Self.channel, from: publisher)
        let kept = flow.sequences.filter { $0 <= UInt64(count) }.count
        try context.expect(kept <= 10, "\(kept) messages were buffered; the bound is 10")
        try Self.expectExact(flow, upTo: last.stamp.sequence)
        await reader.stop()
    }

    /// Publishes until the reader, which reads again, gets a message.
    private static func trailer(
        _ context: CheckContext,
        _ publisher: StampedPublisher,
        _ witness: Recorder,
        _ reader: SequenceReader
    ) async throws -> Sent {
        for _ in 0..<10 {
            let sent = try await context.sentinel(publisher, to: Self.channel, at: witness)
            let limit = context.bounds.deliver * 0.2
            if (try? await reader.wait(limit, "a later message", until: { $0.recording.has(sent) })) != nil {
                return sent
            }
        }
        throw Expectation(text: "a reader that reads again gets nothing")
    }

    /// Every message up to the last one is there, or counted by a gap in its place.
    private static func expectExact(_ flow: Flow, upTo last: UInt64) throws {
        var expected: UInt64 = 1
        var gaps = 0
        for step in flow.steps {
            switch step {
            case .message(let sequence):
                guard sequence == expected else {
                    throw Expectation(
                        text: "message \(sequence) came where \(expected) was due; the gaps do not account for it"
                    )
                }
                expected += 1
            case .gap(.overflow, let count?):
                expected += UInt64(count)
                gaps += 1
            default:
                throw Expectation(text: "\(step) came where only messages and counted overflow gaps may come")
            }
        }
        guard gaps > 0 else { throw Expectation(text: "no overflow gap came although the buffer was too small") }
        guard expected == last + 1 else { throw Expectation(text: "the record ends at \(expected) instead of \(last)") }
    }

    private static func end(_ context: CheckContext) async throws {
        let buffer = BusBuffer(maximumCount: 10, overflow: .end)
        let (sequence, publisher, _) = try await Self.fill(context, buffer, count: 50)
        let reader = SequenceReader(sequence)
        try await reader.wait(context.bounds.deliver, "the end of the sequence") { $0.isFinished }
        let seen = reader.seen.recording
        let flow = Flow(seen, on: Self.channel, from: publisher)
        try context.expect(seen.ended[Self.channel] == .overloaded, "it ended with \(seen.ended)")
        try context.expect(flow.steps.last == .ended, "events followed the end")
        try context.expect(flow.sequences == Array(1...UInt64(max(1, flow.sequences.count))), "messages are missing")
        try context.expect(
            flow.sequences.count <= 10,
            "\(flow.sequences.count) messages were buffered; the bound is 10"
        )
        try context.expect(!sequence.subscription.isActive, "the subscription is still active")
    }
}
