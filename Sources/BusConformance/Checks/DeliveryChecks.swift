import BusCore

/// What arrives, how often, and where.
enum DeliveryChecks {
    static let all: [BusCheck] = [
        BusCheck(
            3,
            "deliver.exactly-once",
            "Without faults every subscription on every node, the publishing one included, gets each message once.",
            exactlyOnce
        ),
        BusCheck(
            30,
            "deliver.nothing-old",
            "A publish without subscribers succeeds and is not delivered to a later subscription.",
            nothingOld
        ),
        BusCheck(
            31,
            "deliver.echo",
            "The publishing node's own subscriptions get a message once, and the receipt says so.",
            echo
        ),
        BusCheck(
            48,
            "deliver.namespaces",
            "Namespaces of which none begins with another never see each other's messages.",
            namespaces
        ),
    ]

    private static func exactlyOnce(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(3)
        let channel: BusChannel = "everybody"
        var recorders: [Recorder] = []
        for (node, bus) in cluster.nodes.enumerated() {
            for index in 0..<3 {
                let recorder = context.recorder("subscriber \(index) on node \(node)")
                try await context.subscribe(recorder, to: [channel], on: bus)
                recorders.append(recorder)
            }
        }
        let count = context.scaled(500, atLeast: 20)
        var lasts: [Sent] = []
        for (node, bus) in cluster.nodes.enumerated() {
            let publisher = context.publisher("node \(node)", on: bus)
            try await context.flood(publisher, to: channel, count: count)
            lasts.append(try await publisher.publish(to: channel))
        }
        let sentinels = lasts
        for recorder in recorders {
            try await recorder.wait(context.bulk(context.bounds.deliver, 3 * count), "every message once") { seen in
                seen.distinct == 3 * (count + 1) && sentinels.allSatisfy { seen.has($0) }
            }
        }
        for recorder in recorders {
            if let duplicate = recorder.seen.duplicate() { throw Expectation(text: "\(recorder.name): \(duplicate)") }
        }
    }

    private static func nothingOld(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        guard cluster[0].capabilities.fencesPublishes else {
            throw CheckSkipped(reason: "the bus declares that a publish may be under way after it was accepted")
        }
        let publisher = context.publisher("node 1", on: cluster[1])
        for round in 0..<context.scaled(50, atLeast: 5) {
            try await Self.nobody(context, cluster, publisher, BusChannel("nobody-\(round)"))
            try await Self.lingering(context, cluster, publisher, BusChannel("lingering-\(round)"))
        }
    }

    private static func nobody(
        _ context: CheckContext,
        _ cluster: Cluster,
        _ publisher: StampedPublisher,
        _ channel: BusChannel
    ) async throws {
        let old = try await publisher.publish(to: channel)
        let recorder = context.recorder("later subscriber of \(channel)")
        try await context.subscribe(recorder, to: [channel], on: cluster[0])
        try await context.sentinel(publisher, to: channel, at: recorder)
        try context.expect(!recorder.seen.has(old), "a later subscription got an old message")
    }

    private static func lingering(
        _ context: CheckContext,
        _ cluster: Cluster,
        _ publisher: StampedPublisher,
        _ channel: BusChannel
    ) async throws {
        let options = BusSubscriptionOptions(release: .deferred)
        let former = context.recorder("former subscriber of \(channel)")
        try await context.subscribe(former, to: [channel], on: cluster[0], options: options).cancel()
        let old = try await publisher.publish(to: channel)
        let later = context.recorder("later subscriber of \(channel)")
        try await context.subscribe(later, to: [channel], on: cluster[0], options: options)
        try await context.sentinel(publisher, to: channel, at: later)
        try context.expect(!later.seen.has(old), "a subscription to a lingering channel got an old message")
    }

    private static func echo(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let channel: BusChannel = "echo"
        let own = context.recorder("subscriber on the publishing node")
        let other = context.recorder("subscriber on the other node")
        try await context.subscribe(own, to: [channel], on: cluster[0])
        try await context.subscribe(other, to: [channel], on: cluster[1])
        let publisher = context.publisher("node 0", on: cluster[0])
        for _ in 0..<context.scaled(100, atLeast: 10) {
            let (_, receipt) = try await publisher.publishForReceipt(to: channel)
            try context.expect(receipt.echo == .returns, "the receipt says that the echo is missed")
            if cluster[0].capabilities.countsReceivers {
                try context.expect(receipt.receivers == 2, "\(receipt.receivers ?? -1) receivers instead of 2 nodes")
            }
        }
        let last = try await context.sentinel(publisher, to: channel, at: own)
        try await other.wait(context.bounds.deliver, for: last)
        let sequences = Flow(own.seen, on: channel, from: publisher).sequences
        try context.expect(
            sequences.count == publisher.count(on: channel) && own.seen.duplicate() == nil,
            "the publishing node's subscription got \(sequences.count) of \(publisher.count(on: channel)) messages"
        )
    }

    private static func namespaces(_ context: CheckContext) async throws {
        let left = try await context.cluster(2, label: "left")
        let right = try await context.cluster(2, label: "right")
        var parties: [(recorder: Recorder, publisher: StampedPublisher, channels: [BusChannel])] = []
        for (cluster, other) in [(left, right), (right, left)] {
            // The second name is what the other namespace calls its own channel.
            let channels: [BusChannel] = ["shared", BusChannel(other.namespace + "shared")]
            let recorder = context.recorder("subscriber of \(cluster.namespace)")
            try await context.subscribe(recorder, to: channels, on: cluster[0])
            parties.append((recorder, context.publisher("publisher of \(cluster.namespace)", on: cluster[1]), channels))
        }
        for _ in 0..<context.scaled(100, atLeast: 10) {
            for party in parties {
                for channel in party.channels { try await party.publisher.publish(to: channel) }
            }
        }
        for party in parties {
            for channel in party.channels {
                try await context.sentinel(party.publisher, to: channel, at: party.recorder)
            }
        }
        for party in parties {
            let strangers = party.recorder.seen.copies.keys.filter { $0.stamp.publisher != party.publisher.id }
            try context.expect(strangers.isEmpty, "\(party.recorder.name) got \(strangers.count) foreign messages")
        }
    }
}
