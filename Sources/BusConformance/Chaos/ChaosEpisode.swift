import BusCore

/// Some seconds of faults and traffic on channels of its own, and the audit of what came.
struct ChaosEpisode {
    let chaos: BusChaos
    let number: Int
    let cluster: Cluster
    let faults: any BusFaultInjector
    let log: ChaosLog
    let channels: [BusChannel]
    let recorders: [Recorder]
    let publishers: [StampedPublisher]

    init(chaos: BusChaos, number: Int, cluster: Cluster, faults: any BusFaultInjector, log: ChaosLog) {
        self.chaos = chaos
        self.number = number
        self.cluster = cluster
        self.faults = faults
        self.log = log
        self.channels = (0..<chaos.channels).map { BusChannel("chaos-\(number)-\($0)") }
        self.recorders = cluster.nodes.indices.map { Recorder("subscriber on node \($0)") }
        self.publishers = cluster.nodes.enumerated().map { node, bus in
            StampedPublisher("node \(node)", id: UInt32(node + 1), bus: bus)
        }
    }

    var bounds: BusBounds { self.chaos.harness.bounds }

    func run(for duration: Duration, _ schedule: inout ChaosSchedule, into report: inout BusChaosReport) async throws {
        let subscriptions = try await self.begin()
        let statistics = self.cluster.nodes.map(\.statistics)
        let traffic = self.publishers.map { publisher in
            Task { await self.publish(publisher) }
        }
        let visitors = self.cluster.nodes.enumerated().map { node, bus in
            Task { await self.visit(bus, node) }
        }
        let fault: Result<Void, any Error>
        do {
            try await self.breakThings(for: duration, &schedule)
            fault = .success(())
        } catch {
            fault = .failure(error)
        }
        for task in traffic {
            task.cancel()
            await task.value
        }
        var visits: [ChaosVisit] = []
        for task in visitors {
            task.cancel()
            visits += await task.value
        }
        try fault.get()
        do {
            try await self.recover()
            try await self.expectStatistics(since: statistics, visits)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw self.failure("\((error as? Expectation)?.text ?? "\(error)")", report)
        }
        if let finding = self.audit(visits) { throw self.failure(finding, report) }
        for subscription in subscriptions {
            subscription.cancel()
            await subscription.cancelled()
        }
        self.count(into: &report)
    }

    // MARK: Traffic

    private func begin() async throws -> [any BusSubscription] {
        var subscriptions: [any BusSubscription] = []
        for (bus, recorder) in zip(self.cluster.nodes, self.recorders) {
            try await bus.connected(within: self.bounds.reconnect)
            let subscription = try bus.subscribe(to: self.channels, receiver: recorder)
            try await subscription.active(within: self.bounds.subscribe)
            subscriptions.append(subscription)
        }
        return subscriptions
    }

    /// Publishes a few messages at a time until the task is cancelled.
    private func publish(_ publisher: StampedPublisher) async {
        var random = SeededGenerator(seed: self.chaos.seed &+ UInt64(publisher.id) &+ UInt64(self.number) << 32)
        while !Task.isCancelled {
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                guard let channel = self.channels.randomElement(using: &random) else { return }
                publisher.submit(to: channel, size: Int.random(in: 16...400, using: &random))
            }
            // The pace of the traffic: the deadline of each round.
            try? await Task.sleep(for: .milliseconds(Int.random(in: 1...10, using: &random)))
        }
    }

    private func visit(_ bus: any MessageBus, _ node: Int) async -> [ChaosVisit] {
        await ChaosVisit.visits(
            on: bus,
            node: node,
            channels: self.channels,
            publishers: self.publishers,
            within: self.bounds.subscribe,
            seed: self.chaos.seed &+ UInt64(node) &+ UInt64(self.number) << 16
        )
    }

    // MARK: Faults

    private func breakThings(for duration: Duration, _ schedule: inout ChaosSchedule) async throws {
        let clock = ContinuousClock()
        let end = clock.now + duration
        while clock.now < end, let step = schedule.next() {
            self.log.note(step.description)
            try await self.cause(step)
            // How long the fault lasts is its deadline.
            if step.verb != .stallNode { try await Task.sleep(for: step.lasts) }
            try await self.faults.heal()
            // The peace that follows has a deadline too.
            try await Task.sleep(for: step.rests)
        }
        self.log.note("episode \(self.number) is healed")
    }

    private func cause(_ step: ChaosSchedule.Step) async throws {
        switch step.verb {
        case .kill(let part): try await self.faults.kill(part)
        case .cut(let part): try await self.faults.cut(part, of: nil)
        case .cutNode(let part): try await self.faults.cut(part, of: self.cluster[step.node])
        case .pause: try await self.faults.pause()
        case .restart: try await self.faults.restart()
        case .blackhole(let part): try await self.faults.blackhole(part)
        case .slow: try await self.faults.slow(bytesPerWrite: step.bytesPerWrite, latency: step.lasts * 0.05)
        case .failover: try await self.faults.failover()
        case .starve: try await self.faults.starve()
        case .stallNode: try await self.faults.stallNode(for: step.lasts)
        case .denyChannel: break
        }
    }
}
