import BusCore

/// What a bus says and does when one half of it fails.
enum HalfCutChecks {
    static let all: [BusCheck] = [
        BusCheck(
            64,
            "half-cut.subscribing",
            "While only subscribing is down, publishes succeed, and the receipt says that the echo is missed.",
            needs: [.anyFault([.cutNode(.subscribing), .cut(.subscribing)])],
            subscribing
        ),
        BusCheck(
            64,
            "half-cut.publishing",
            "While only publishing is down, publishes are .notSent, and messages still arrive.",
            needs: [.fault(.cutNode(.publishing))],
            publishing
        ),
    ]

    private static func subscribing(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let bus = cluster[0]
        let channel: BusChannel = "half"
        let recorder = context.recorder("subscriber on node 0")
        try await context.subscribe(recorder, to: [channel], on: bus)
        let publisher = context.publisher("node 0", on: bus)
        try await context.sentinel(publisher, to: channel, at: recorder)
        let faults = try context.faults
        let alone = faults.verbs.contains(.cutNode(.subscribing))
        try await faults.cut(.subscribing, of: alone ? bus : nil)
        try await context.state(of: bus, within: context.bounds.liveness, ".degraded(.subscribing)") {
            $0 == .degraded(.subscribing)
        }
        var missed: [Sent] = []
        for _ in 0..<10 {
            let (sent, receipt) = try await publisher.publishForReceipt(to: channel)
            try context.expect(receipt.echo == .missed, "the receipt says that the echo returns")
            missed.append(sent)
        }
        try await faults.heal()
        try await context.untilDelivered(publisher, to: channel, at: recorder)
        let seen = recorder.seen
        try context.expect(!missed.contains(where: seen.has), "a message whose echo was missed arrived")
    }

    private static func publishing(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let bus = cluster[0]
        let channel: BusChannel = "half"
        let recorder = context.recorder("subscriber on node 0")
        try await context.subscribe(recorder, to: [channel], on: bus)
        let near = context.publisher("node 0", on: bus)
        let far = context.publisher("node 1", on: cluster[1])
        try await context.sentinel(far, to: channel, at: recorder)
        try await context.faults.cut(.publishing, of: bus)
        try await context.state(of: bus, within: context.bounds.liveness, ".degraded(.publishing)") {
            $0 == .degraded(.publishing)
        }
        for _ in 0..<10 {
            let outcome = try await near.outcome(of: near.submit(to: channel), within: context.bounds.publishDeadline)
            try context.expect(outcome == .failed(.notSent), "a publish while publishing is down: \(outcome)")
            try await context.sentinel(far, to: channel, at: recorder)
        }
        try context.expect(recorder.seen.gaps.isEmpty, "a gap came although messages kept arriving")
        try await context.faults.heal()
        try await context.untilDelivered(near, to: channel, at: recorder)
        try OutageChecks.expectNothingUnsent(context, near, recorder)
    }
}
