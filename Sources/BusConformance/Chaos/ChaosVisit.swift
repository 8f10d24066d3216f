import BusCore

/// A subscription to one channel that comes and goes in the middle of an episode.
struct ChaosVisit: Sendable {
    let node: Int
    let channel: BusChannel
    let recorder: Recorder
    /// For each publisher the first message that was published after the subscription was active; nil if it never was.
    private(set) var firsts: [UInt64]?

    /// Makes visits on one node until the task is cancelled.
    static func visits(
        on bus: any MessageBus,
        node: Int,
        channels: [BusChannel],
        publishers: [StampedPublisher],
        within limit: Duration,
        seed: UInt64
    ) async -> [ChaosVisit] {
        var random = SeededGenerator(seed: seed)
        var visits: [ChaosVisit] = []
        while !Task.isCancelled, let channel = channels.randomElement(using: &random) {
            let recorder = Recorder("visitor \(visits.count) of node \(node)")
            var visit = ChaosVisit(node: node, channel: channel, recorder: recorder, firsts: nil)
            guard let subscription = try? bus.subscribe(to: [channel], receiver: recorder) else { return visits }
            if (try? await subscription.active(within: limit)) != nil {
                visit.firsts = publishers.map { UInt64($0.count(on: channel) + 1) }
            }
            // It stays for a while: the deadline of the visit.
            try? await Task.sleep(for: .milliseconds(Int.random(in: 1...300, using: &random)))
            subscription.cancel()
            await subscription.cancelled()
            visits.append(visit)
        }
        return visits
    }

    /// What is wrong with what it saw, in words.
    func finding(_ publishers: [StampedPublisher]) -> String? {
        for (index, publisher) in publishers.enumerated() {
            // Whoever never was active is promised order and single copies, and nothing else.
            let first = self.firsts?[index] ?? .max
            let marksLoss = publisher.bus.capabilities.lossDetection == .complete
            let seen = self.recorder.seen
            let audit = FlowAudit(seen, on: self.channel, from: publisher, first: first, marksLoss: marksLoss)
            if let finding = audit.finding { return "\(self.recorder.name), from \(publisher.name): \(finding)" }
        }
        return nil
    }
}
