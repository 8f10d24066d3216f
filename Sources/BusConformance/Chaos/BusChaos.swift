import BusCore

/// A soak of a bus under a seeded mix of faults, with a ledger of every message.
///
/// All nodes publish on all channels and subscribe to all of them, while the injector's verbs come and go. Each episode of some
/// seconds ends healed: then every subscription has to deliver again, and the ledger has to balance. No message came twice;
/// each publisher's order was kept on each channel; whatever was accepted and is missing has a gap where it is missing (where
/// the bus declares that it sees every loss); and nothing came that its publisher was told had not been sent. The same seed
/// makes the same schedule.
public struct BusChaos: Sendable {
    /// Makes the buses and breaks what is behind them.
    public var harness: BusHarness

    /// Determines the schedule of faults and the traffic.
    public var seed: UInt64

    /// How long faults come and go, in all episodes together.
    public var duration: Duration

    /// How many buses take part.
    public var nodes = 3

    /// How many channels each of them uses.
    public var channels = 4

    /// How long an episode lasts before its books are closed.
    ///
    /// Memory grows with it: 20 seconds need some ten megabytes.
    public var episode: Duration = .seconds(20)

    private let onLine: @Sendable (String) -> Void

    /// Prepares a soak.
    ///
    /// - Parameters:
    ///   - harness: Makes the buses; it has a fault injector.
    ///   - seed: Determines the schedule and the traffic; by default the harness's own.
    ///   - duration: How long faults come and go.
    ///   - onLine: Told each fault as it happens.
    public init(
        _ harness: BusHarness,
        seed: UInt64? = nil,
        duration: Duration,
        onLine: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.harness = harness
        self.seed = seed ?? harness.seed
        self.duration = duration
        self.onLine = onLine
    }

    /// Runs the soak, on fresh buses that it closes in the end.
    ///
    /// It takes the duration and, for each episode, the time that recovery takes.
    ///
    /// - Returns: What happened.
    /// - Throws: ``BusChaosFailure`` if the bus broke a promise, `CancellationError` if the task was cancelled; otherwise
    ///   what the harness or the injector throws.
    public func run() async throws -> BusChaosReport {
        guard let faults = self.harness.faults else {
            throw BusFaultUnsupported(.kill(.both))
        }
        let namespace = "hubs-chaos-\(String(UInt64.random(in: .min ... .max), radix: 16))."
        let cluster = Cluster(
            nodes: try await self.harness.makeCluster(nodes: self.nodes, namespace: namespace),
            namespace: namespace
        )
        let log = ChaosLog(onLine: self.onLine)
        do {
            let report = try await self.run(on: cluster, faults, log)
            try await self.close(cluster)
            return report
        } catch {
            try? await faults.heal()
            try? await self.close(cluster)
            throw error
        }
    }

    private func run(
        on cluster: Cluster,
        _ faults: any BusFaultInjector,
        _ log: ChaosLog
    ) async throws -> BusChaosReport {
        var report = BusChaosReport(bus: self.harness.name, seed: self.seed)
        var schedule = ChaosSchedule(seed: self.seed, verbs: faults.verbs, nodes: self.nodes)
        let clock = ContinuousClock()
        let end = clock.now + self.duration
        repeat {
            let number = report.episodes
            let episode = ChaosEpisode(chaos: self, number: number, cluster: cluster, faults: faults, log: log)
            try await episode.run(for: min(self.episode, end - clock.now), &schedule, into: &report)
        } while clock.now < end
        report.schedule = log.lines
        return report
    }

    private func close(_ cluster: Cluster) async throws {
        for bus in cluster.nodes {
            try await within(self.harness.bounds.close, "close()") { await bus.close() }
        }
    }
}
