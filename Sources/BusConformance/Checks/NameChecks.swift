import BusCore
import NIOCore

/// What a channel's name means: its bytes, and nothing else.
enum NameChecks {
    static let all: [BusCheck] = [
        BusCheck(26, "name.literal", "No character of a name is a pattern, a tag or a separator.", literal),
        BusCheck(
            27,
            "name.length",
            "Names up to the limit work and never collide; longer and empty ones are refused.",
            length
        ),
        BusCheck(28, "name.case", "Names that differ in case or in Unicode normalisation are different.", letterCase),
    ]

    /// Publishes to each channel, and expects that each subscriber gets its own channel's messages only.
    private static func expectSeparate(_ context: CheckContext, _ channels: [BusChannel]) async throws {
        let cluster = try await context.cluster(2)
        let publisher = context.publisher("node 1", on: cluster[1])
        var recorders: [Recorder] = []
        for channel in channels {
            let recorder = context.recorder("subscriber of \(String(channel.description.prefix(40)))")
            try await context.subscribe(recorder, to: [channel], on: cluster[0])
            recorders.append(recorder)
        }
        for _ in 0..<2 {
            for channel in channels { try await publisher.publish(to: channel) }
        }
        for (channel, recorder) in zip(channels, recorders) {
            try await context.sentinel(publisher, to: channel, at: recorder)
        }
        for (channel, recorder) in zip(channels, recorders) {
            let foreign = recorder.seen.covered.subtracting([channel])
            try context.expect(foreign.isEmpty, "\(recorder.name) got messages of \(foreign)")
            try context.expect(
                recorder.seen.messages == 3,
                "\(recorder.name) got \(recorder.seen.messages) of 3 messages"
            )
        }
    }

    private static func literal(_ context: CheckContext) async throws {
        let names = [
            "room", "room*", "*", "room?", "?oom", "[r]oom", "room[12]", "room1", "room2", "\\*", "{room}", "{room}1",
            "room.1", "room.>", "room.*", ">", "#", "room/1", "room/#", "room/+", "room:1", "room 1", " room", "room ",
            "\"room\"", "'room'", "room\n", "\r\n", "%72oom", "$room", "@room", "-room", "ro\u{0}om", "ro",
        ]
        let binary: [[UInt8]] = [[0], [0, 0], [0xFF], [0xFF, 0xFE], [0xC3, 0x28]]
        try await Self.expectSeparate(context, names.map { BusChannel($0) } + binary.map { BusChannel(bytes: $0) })
    }

    private static func letterCase(_ context: CheckContext) async throws {
        // e with acute as one scalar and as two; the Kelvin sign and K; sharp s and ss.
        let names = ["a", "A", "Ab", "aB", "\u{E9}", "e\u{301}", "\u{212A}", "K", "\u{DF}", "ss"]
        try await Self.expectSeparate(context, names.map { BusChannel($0) })
    }

    private static func length(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let longest = cluster[0].limits.maximumChannelBytes
        try Self.expectRefused(context, cluster[0], BusChannel(""))
        try Self.expectRefused(context, cluster[0], BusChannel(bytes: repeatElement(0x6C, count: longest + 1)))
        for name in ["", String(repeating: "l", count: longest + 1)] {
            try await Self.expectPublishRefused(context, cluster[0], BusChannel(name))
        }
        var channels: [BusChannel] = []
        for size in [64, 128, 256, 1_024, 4_096, longest] where size <= longest {
            for ending: UInt8 in [0x31, 0x32] {
                channels.append(BusChannel(bytes: Array(repeating: 0x6C, count: size - 1) + [ending]))
            }
        }
        try await Self.expectSeparate(context, channels.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
    }

    private static func expectRefused(_ context: CheckContext, _ bus: any MessageBus, _ channel: BusChannel) throws {
        do {
            _ = try bus.subscribe(to: [channel], receiver: Recorder("refused"))
        } catch {
            return try context.expect(error.code == .invalidChannel, "subscribing threw \(error.code)")
        }
        throw Expectation(text: "subscribing to a name of \(channel.count) bytes did not throw")
    }

    private static func expectPublishRefused(
        _ context: CheckContext,
        _ bus: any MessageBus,
        _ channel: BusChannel
    ) async throws {
        do {
            try await bus.publish(ByteBuffer(string: "x"), to: channel)
        } catch let error as BusError {
            return try context.expect(error.code == .invalidChannel, "publishing threw \(error.code)")
        }
        throw Expectation(text: "publishing to a name of \(channel.count) bytes did not throw")
    }
}
