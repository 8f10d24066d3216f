import BusCore

extension CheckContext {
    /// Waits until a bus says that something is wrong, and expects that its health says so too.
    func expectTrouble(of bus: any MessageBus, _ what: String) async throws {
        let limit = self.bounds.liveness
        try await self.state(of: bus, within: limit, "\(what): the end of .connected") { $0 != .connected }
        guard bus.state != .connected else { return }
        let health = try await within(limit + limit, "\(what): health()") { await bus.health() }
        guard health.state != .connected else { return }
        try self.expect(!health.isHealthy && health.reason != nil, "\(what): health is green in state \(health.state)")
    }

    /// Expects that buses connect again by themselves, deliver again, and have marked what was lost.
    func expectRecovery(
        _ cluster: Cluster,
        _ publisher: StampedPublisher,
        _ channel: BusChannel,
        at recorder: Recorder
    ) async throws {
        try await self.connected(cluster)
        try await self.untilDelivered(publisher, to: channel, at: recorder)
        try await self.sentinel(publisher, to: channel, at: recorder)
        try self.expectNoSilentLoss(publisher, channel, at: recorder)
        for bus in cluster.nodes {
            // A probe that the fault swallowed may cost one more reconnect, so that green comes a moment later.
            try await self.poll(self.bounds.reconnect, "green health after recovery") {
                try await within(self.bounds.liveness, "health()") { await bus.health() }.isHealthy
            }
        }
    }

    /// Expects order and single copies, and that a gap stands where an accepted message is missing.
    ///
    /// With `elsewhere`, messages may also have been lost inside the backend, where not every bus can see it.
    func expectNoSilentLoss(
        _ publisher: StampedPublisher,
        _ channel: BusChannel,
        at recorder: Recorder,
        elsewhere: Bool = false
    ) throws {
        let marksLoss =
            switch publisher.bus.capabilities.lossDetection {
            case .complete: true
            case .linkOnly: !elsewhere
            case .none: false
            }
        let audit = FlowAudit(recorder.seen, on: channel, from: publisher, marksLoss: marksLoss)
        if let finding = audit.finding { throw Expectation(text: "\(recorder.name): \(finding)") }
    }
}
