import BusCore

/// Where a loss is marked.
enum GapChecks {
    static let all: [BusCheck] = [
        BusCheck(
            2,
            "gap.no-silent-loss",
            "Whatever is missing between two delivered messages has a gap marker between them.",
            needs: [.anyFault(interruptions)],
            noSilentLoss
        ),
        BusCheck(
            63,
            "gap.per-channel",
            "Each channel gets one gap per interruption, before its first message of the new link, and none at first.",
            needs: [.anyFault(interruptions)],
            perChannel
        ),
    ]

    /// What stops messages from arriving while publishes are accepted, best first.
    private static let interruptions: [BusFaultVerb] = [
        .cutNode(.both), .cutNode(.subscribing), .cut(.subscribing), .kill(.subscribing),
    ]

    /// Interrupts what node 0 receives, publishes meanwhile, and ends the fault.
    private static func interrupt(
        _ context: CheckContext,
        _ cluster: Cluster,
        meanwhile: () async throws -> Void
    ) async throws {
        let faults = try context.faults
        switch interruptions.first(where: faults.verbs.contains) {
        case .cutNode(let part): try await faults.cut(part, of: cluster[0])
        case .cut(let part): try await faults.cut(part, of: nil)
        default: try await faults.kill(.subscribing)
        }
        try await meanwhile()
        try await faults.heal()
    }

    private static func noSilentLoss(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        guard cluster[0].capabilities.lossDetection != .none else {
            throw CheckSkipped(reason: "the bus declares that it does not see losses")
        }
        let channel: BusChannel = "watched"
        let recorder = context.recorder("subscriber on node 0")
        let publisher = context.publisher("node 1", on: cluster[1])
        try await context.subscribe(recorder, to: [channel], on: cluster[0])
        let count = context.scaled(500, atLeast: 50)
        for _ in 0..<3 {
            for _ in 0..<count { try await publisher.publish(to: channel) }
            try await Self.interrupt(context, cluster) {
                for _ in 0..<count { try await publisher.publish(to: channel) }
            }
            try await context.untilDelivered(publisher, to: channel, at: recorder)
        }
        let seen = recorder.seen
        if seen.distinct == publisher.count(on: channel) { context.partly("nothing was lost during the interruptions") }
        if let hole = Flow(seen, on: channel, from: publisher).silentHole {
            throw Expectation(text: "nothing marks the loss between \(hole.after) and \(hole.before)")
        }
    }

    private static func perChannel(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        guard cluster[0].capabilities.lossDetection != .none else {
            throw CheckSkipped(reason: "the bus declares that it does not see losses")
        }
        // The third channel is idle: nothing is published to it until the end.
        let channels: [BusChannel] = ["busy", "calm", "idle"]
        let recorder = context.recorder("subscriber on node 0")
        let publisher = context.publisher("node 1", on: cluster[1])
        try await context.subscribe(recorder, to: channels, on: cluster[0])
        try await context.sentinel(publisher, to: "busy", at: recorder)
        try context.expect(recorder.seen.gaps.isEmpty, "a gap came at the first activation")
        for round in 1...2 {
            try await Self.interrupt(context, cluster) {
                for _ in 0..<10 { try await publisher.publish(to: "busy") }
            }
            try await recorder.wait(context.bounds.reconnect, "a gap on every channel") { seen in
                channels.allSatisfy { seen.gaps[$0] == round }
            }
            for channel in ["busy", "calm"] as [BusChannel] {
                try await context.sentinel(publisher, to: channel, at: recorder)
            }
        }
        try await context.sentinel(publisher, to: "idle", at: recorder)
        for channel in channels {
            let count = recorder.seen.gaps[channel] ?? 0
            try context.expect(count == 2, "\(count) gaps on \(channel) after two interruptions")
            try Self.expectGapsFirst(Flow(recorder.seen, on: channel, from: publisher), channel)
        }
    }

    /// What came after a loss came after the gap: no hole lies before its marker.
    private static func expectGapsFirst(_ flow: Flow, _ channel: BusChannel) throws {
        if let hole = flow.silentHole {
            throw Expectation(text: "on \(channel) message \(hole.before) of the new link came before the gap")
        }
    }
}
