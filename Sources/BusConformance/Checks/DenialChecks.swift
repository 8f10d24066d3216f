import BusCore
import NIOCore

/// What a bus does with a channel that the backend refuses.
enum DenialChecks {
    static let all: [BusCheck] = [
        BusCheck(
            34,
            "interest.denied-subscribe-is-atomic",
            "A subscribe-and-wait of which one channel is refused throws .unauthorized and leaves nothing registered.",
            needs: [.fault(.denyChannel)],
            atomic
        ),
        BusCheck(
            40,
            "denial.alone",
            "A channel that is refused while others are restored ends with .unauthorized, alone.",
            level: .resilient,
            needs: [.fault(.denyChannel), .fault(.kill(.both))],
            alone
        ),
    ]

    private static func atomic(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let bus = cluster[0]
        try await context.faults.deny("denied", in: cluster.namespace)
        let recorder = context.recorder("subscriber that was refused")
        let limit = context.bounds.subscribe
        let channels: [BusChannel] = ["allowed-1", "denied", "allowed-2"]
        do {
            try await within(limit + limit, "the refusal") {
                _ = try await bus.subscribe(to: channels, receiver: recorder, activeWithin: limit)
            }
            throw Expectation(text: "a subscription to a denied channel became active")
        } catch let error as BusError {
            try context.expect(error.code == .unauthorized, "it threw \(error.code) instead of .unauthorized")
        }
        try await context.expectNoInterest(in: ["allowed-1", "allowed-2"], of: cluster)
        let allowed = context.recorder("subscriber of an allowed channel")
        try await context.subscribe(allowed, to: ["allowed-1"], on: bus)
        let publisher = context.publisher("node 1", on: cluster[1])
        try await context.sentinel(publisher, to: "allowed-1", at: allowed)
        try context.expect(recorder.seen.messages == 0, "a refused subscription receives messages")
        let denied = try await publisher.outcome(of: publisher.submit(to: "denied"), within: limit)
        try context.expect(denied == .failed(.unauthorized), "a publish to a denied channel: \(denied)")
    }

    private static func alone(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let recorder = context.recorder("subscriber on node 0")
        let publisher = context.publisher("node 1", on: cluster[1])
        let channels = (0..<20).map { BusChannel("guarded-\($0)") }
        let denied = channels[7]
        for channel in channels { try await context.subscribe(recorder, to: [channel], on: cluster[0]) }
        try await context.faults.deny(denied, in: cluster.namespace)
        try await context.faults.kill(.both)
        try await recorder.wait(context.bounds.reconnect, "the end of the denied channel") { $0.ended[denied] != nil }
        for channel in channels where channel != denied {
            try await context.untilDelivered(publisher, to: channel, at: recorder)
        }
        let ended = recorder.seen.ended
        try context.expect(ended == [denied: .unauthorized], "these channels ended: \(ended)")
    }
}
