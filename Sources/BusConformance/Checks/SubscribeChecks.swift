import BusCore

/// What it means that a subscription is active.
enum SubscribeChecks {
    static let all: [BusCheck] = [
        BusCheck(
            1,
            "subscribe.active-means-active",
            "What is published on any node after active(within:) returned is delivered or covered by a gap.",
            activeMeansActive
        ),
        BusCheck(
            15,
            "subscribe.piggy-back",
            "A subscription to a channel whose first subscription is still in flight is not active earlier.",
            piggyBack
        ),
        BusCheck(
            35,
            "subscribe.batch",
            "A subscription to 2,000 channels is active only when every one of them is.",
            batch
        ),
        BusCheck(
            37,
            "subscribe.joiner-suffix",
            "A subscription that joins mid-stream sees a suffix without holes.",
            joinerSuffix
        ),
        BusCheck(
            49,
            "subscribe.scale",
            "The declared number of channels (at most 100,000) on one bus all deliver.",
            scale
        ),
    ]

    private static func activeMeansActive(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let recorder = context.recorder("subscriber on node 0")
        let near = context.publisher("node 0", on: cluster[0])
        let far = context.publisher("node 1", on: cluster[1])
        let clusterWide = cluster[0].capabilities.barrier == .cluster
        for index in 0..<context.scaled(1_000, atLeast: 50) {
            let channel = BusChannel("fresh-\(index)")
            try await context.subscribe(recorder, to: [channel], on: cluster[0])
            let publisher = clusterWide && index % 4 != 0 ? far : near
            try await publisher.publish(to: channel)
            try await recorder.wait(context.bounds.deliver, "a message or a gap on \(channel)") {
                $0.covered.contains(channel)
            }
        }
        if !clusterWide { try await Self.reachesOthers(context, cluster, far, recorder) }
    }

    /// With a barrier of one node, what other nodes publish arrives within the bound to settle.
    private static func reachesOthers(
        _ context: CheckContext,
        _ cluster: Cluster,
        _ far: StampedPublisher,
        _ recorder: Recorder
    ) async throws {
        let channel: BusChannel = "from-another-node"
        try await context.subscribe(recorder, to: [channel], on: cluster[0])
        try await context.poll(context.bounds.settle + context.bounds.deliver, "a delivery from another node") {
            try await far.publish(to: channel)
            return recorder.seen.covered.contains(channel)
        }
    }

    private static func piggyBack(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let clusterWide = cluster[0].capabilities.barrier == .cluster
        for round in 0..<context.scaled(200, atLeast: 20) {
            let channel = BusChannel("shared-\(round)")
            try await withThrowingTaskGroup { group in
                for index in 0..<4 {
                    let recorder = context.recorder("subscriber \(index) of \(channel)")
                    let publisher = context.publisher("publisher \(round).\(index)", on: cluster[clusterWide ? 1 : 0])
                    group.addTask {
                        try await context.subscribe(recorder, to: [channel], on: cluster[0])
                        let sent = try await publisher.publish(to: channel)
                        try await recorder.wait(context.bounds.deliver, "its own message or a gap") {
                            $0.has(sent) || $0.gaps[channel] != nil
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    private static func batch(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let recorder = context.recorder("subscriber on node 0")
        let clusterWide = cluster[0].capabilities.barrier == .cluster
        let publisher = context.publisher("node 1", on: cluster[clusterWide ? 1 : 0])
        let channels = (0..<context.scaled(2_000, atLeast: 600)).map { BusChannel("batch-\($0)") }
        try await context.subscribe(recorder, to: channels, on: cluster[0])
        // The last channels first: they are the ones that a barrier on the first would forget.
        try await context.flood(publisher, to: channels.reversed())
        try await recorder.wait(context.bulk(context.bounds.deliver, channels.count), "a message on each channel") {
            $0.covered.count == channels.count
        }
    }

    private static func joinerSuffix(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let publisher = context.publisher("node 1", on: cluster[1])
        let channel: BusChannel = "stream"
        let joiners = 20
        let step = max(1, context.scaled(5_000, atLeast: 200) / joiners)
        var recorders: [Recorder] = []
        var subscriptions: [any BusSubscription] = []
        for number in 0..<joiners * step {
            if number % step == 0 {
                let recorder = context.recorder("joiner at \(number)")
                subscriptions.append(try cluster[0].subscribe(to: [channel], receiver: recorder))
                recorders.append(recorder)
            }
            try await publisher.publish(to: channel)
        }
        for subscription in subscriptions { try await context.active(subscription) }
        let last = try await publisher.publish(to: channel)
        for recorder in recorders {
            try await recorder.wait(context.bounds.deliver, for: last)
            if let hole = Flow(recorder.seen, on: channel, from: publisher).silentHole {
                throw Expectation(text: "\(recorder.name): a hole between \(hole.after) and \(hole.before)")
            }
        }
    }

    private static func scale(_ context: CheckContext) async throws {
        let cluster = try await context.cluster(2)
        let declared = min(cluster[0].limits.maximumChannels, 100_000)
        let count = context.scaled(declared, atLeast: min(declared, 1_000))
        let recorder = context.recorder("subscriber on node 0")
        let publisher = context.publisher("node 1", on: cluster[1])
        let channels = (0..<count).map { BusChannel("many-\($0)") }
        let subscriptions = try channels.map { try cluster[0].subscribe(to: [$0], receiver: recorder) }
        let limit = context.bulk(context.bounds.subscribe, count)
        for subscription in subscriptions {
            try await within(limit, "\(count) active subscriptions") { try await subscription.active(within: limit) }
        }
        try await context.flood(publisher, to: channels)
        try await recorder.wait(context.bulk(context.bounds.deliver, count), "a message on each of \(count) channels") {
            $0.covered.count == count
        }
    }
}
