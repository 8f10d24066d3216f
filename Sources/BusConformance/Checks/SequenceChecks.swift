import BusCore
import NIOCore

/// The view of a subscription as an `AsyncSequence`.
enum SequenceChecks {
    static let all: [BusCheck] = [
        BusCheck(
            47,
            "sequence.abandonment",
            "Dropping a sequence without cancelling it ends the interest.",
            abandonment
        ),
        BusCheck(
            52,
            "sequence.consumer-exit",
            "A consumer that stops reading ends its own subscription and no other.",
            consumerExit
        ),
        BusCheck(
            67,
            "sequence.payload-ownership",
            "Small payloads kept from the sequence do not hold on to large reads.",
            payloadOwnership
        ),
    ]

    private static func abandonment(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "abandoned"
        for round in 0..<context.scaled(50, atLeast: 5) {
            let sequence = try cluster[0].events(on: [channel])
            try await context.active(sequence.subscription)
            guard round % 2 == 0 else { continue }
            // Every other one is dropped by a consumer that had begun to read.
            let reader = SequenceReader(sequence)
            await Task.yield()
            await reader.stop()
        }
        try await context.expectNoInterest(in: [channel], of: cluster)
    }

    private static func consumerExit(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let count = context.scaled(1_000, atLeast: 100)
        let buffer = BusBuffer(maximumCount: count + 10, maximumBytes: 64 * (count + 10))
        let deserter = try await Self.reader(context, cluster[0], buffer, stopAfter: 10)
        let reader = try await Self.reader(context, cluster[0], buffer, stopAfter: .max)
        let publisher = context.publisher("node 1", on: cluster[1])
        try await context.flood(publisher, to: Self.consumed, count: count)
        try await deserter.wait(context.bounds.deliver, "its tenth message") { $0.isFinished }
        await deserter.stop()
        // The first ones may all have been delivered before the deserter was gone.
        try await context.flood(publisher, to: Self.consumed, count: 10)
        try await reader.wait(context.bulk(context.bounds.deliver, count), "\(count + 10) messages") {
            $0.recording.distinct == count + 10
        }
        let seen = reader.seen.recording
        try context.expect(seen.gaps.isEmpty && seen.ended.isEmpty, "the other consumer saw gaps or an end")
        await reader.stop()
    }

    private static let consumed: BusChannel = "consumed"

    /// A consumer that alone holds its sequence: when it goes, the sequence goes.
    private static func reader(
        _ context: CheckContext,
        _ bus: any MessageBus,
        _ buffer: BusBuffer,
        stopAfter count: Int
    ) async throws -> SequenceReader {
        let sequence = try bus.events(on: [Self.consumed], buffer: buffer)
        try await context.active(sequence.subscription)
        return SequenceReader(sequence, stopAfter: count)
    }

    private static func payloadOwnership(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "kept"
        let count = context.scaled(1_000, atLeast: 100)
        let size = 100
        let sequence = try cluster[0].events(on: [channel], buffer: BusBuffer(maximumCount: count + 10))
        try await context.active(sequence.subscription)
        let reader = SequenceReader(sequence)
        // Slices of one large buffer: a bus that passes them on as they are would pin all of it.
        let large = ByteBuffer(repeating: 0x6B, count: 1024 * 1024)
        for index in 0..<count {
            guard let slice = large.getSlice(at: index * size, length: size) else { break }
            try await cluster[1].publish(slice, to: channel)
        }
        try await reader.wait(context.bulk(context.bounds.deliver, count), "\(count) messages") {
            $0.kept.count == count
        }
        let storage = reader.seen.largestStorage
        try context.expect(storage <= 1_024, "a kept payload of \(size) bytes holds on to \(storage) bytes")
        await reader.stop()
    }
}
