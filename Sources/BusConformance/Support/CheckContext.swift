import BusCore
import Synchronization

/// What one run of a check works with: its buses, publishers and recorders, its seed and its notes.
final class CheckContext: Sendable {
    private struct State {
        var clusters: [Cluster] = []
        var recorders: [Recorder] = []
        var publishers: [StampedPublisher] = []
        var notes: [String] = []
    }

    let harness: BusHarness
    let check: BusCheck
    private let state = Mutex(State())
    private let run = UInt64.random(in: .min ... .max)

    init(harness: BusHarness, check: BusCheck) {
        self.harness = harness
        self.check = check
    }

    var bounds: BusBounds { self.harness.bounds }

    /// A generator that the harness's seed determines.
    var random: SeededGenerator { SeededGenerator(seed: self.harness.seed) }

    /// The injector; checks that ask for it require one of its verbs.
    var faults: any BusFaultInjector {
        get throws {
            guard let faults = self.harness.faults else { throw CheckSkipped(reason: "it needs a fault injector") }
            return faults
        }
    }

    /// A number of the catalogue, as large as the harness's scale allows.
    func scaled(_ full: Int, atLeast least: Int) -> Int {
        max(min(least, full), min(full, Int(Double(full) * self.harness.scale)))
    }

    /// The deadline for so many deliveries or confirmations.
    func bulk(_ bound: Duration, _ count: Int) -> Duration {
        bound + .milliseconds(count)
    }

    /// Makes buses and waits until they are connected.
    func cluster(_ nodes: Int, label: String = "a", connected: Bool = true) async throws -> Cluster {
        let namespace = "hubs-\(String(self.run, radix: 16))-\(label)."
        let cluster = Cluster(
            nodes: try await self.harness.makeCluster(nodes: nodes, namespace: namespace),
            namespace: namespace
        )
        self.state.withLock { $0.clusters.append(cluster) }
        guard cluster.nodes.count == nodes else {
            throw Expectation(text: "makeCluster made \(cluster.nodes.count) buses instead of \(nodes)")
        }
        if connected { try await self.connected(cluster) }
        return cluster
    }

    /// Waits until every bus of a cluster is connected.
    func connected(_ cluster: Cluster) async throws {
        for bus in cluster.nodes {
            let limit = self.bounds.reconnect
            try await within(limit + limit, "a connected bus") { try await bus.connected(within: limit) }
        }
    }

    /// A receiver whose record appears in the ledger.
    func recorder(_ name: String, onEvent: (@Sendable (BusEvent) -> Void)? = nil) -> Recorder {
        let recorder = Recorder(name, onEvent: onEvent)
        self.state.withLock { $0.recorders.append(recorder) }
        return recorder
    }

    /// A publisher whose book appears in the ledger.
    func publisher(_ name: String, on bus: any MessageBus) -> StampedPublisher {
        self.state.withLock { state in
            let publisher = StampedPublisher(name, id: UInt32(state.publishers.count + 1), bus: bus)
            state.publishers.append(publisher)
            return publisher
        }
    }

    /// Subscribes and waits until the subscription is active.
    @discardableResult
    func subscribe(
        _ receiver: any BusReceiver,
        to channels: [BusChannel],
        on bus: any MessageBus,
        options: BusSubscriptionOptions = BusSubscriptionOptions()
    ) async throws -> any BusSubscription {
        let subscription = try bus.subscribe(to: channels, options: options, receiver: receiver)
        try await self.active(subscription)
        return subscription
    }

    /// Waits until a subscription is active.
    func active(_ subscription: any BusSubscription) async throws {
        let limit = self.bulk(self.bounds.subscribe, subscription.channels.count)
        try await within(limit + limit, "an active subscription") { try await subscription.active(within: limit) }
    }

    /// Fails the check if a condition does not hold.
    func expect(_ condition: Bool, _ expected: @autoclosure () -> String) throws {
        if !condition { throw Expectation(text: expected()) }
    }

    /// Notes that a part of the property could not be seen.
    func partly(_ reason: String) {
        self.state.withLock { state in
            if !state.notes.contains(reason) { state.notes.append(reason) }
        }
    }

    var outcome: BusCheckOutcome {
        let notes = self.state.withLock { $0.notes }
        return notes.isEmpty ? .passed : .partly(notes.joined(separator: "; "))
    }

    /// Turns an error of the check's body into a failure with the ledger.
    func failure(for error: any Error) -> BusCheckFailure {
        let (recorders, publishers) = self.state.withLock { ($0.recorders, $0.publishers) }
        var failure = BusCheckFailure(
            check: self.check.id,
            property: self.check.property,
            expected: "the bus threw an error where none was expected",
            seed: self.harness.seed,
            ledger: Ledger(recorders: recorders, publishers: publishers).lines(atMost: 40)
        )
        switch error {
        case let expectation as Expectation: failure.expected = expectation.text
        case let passed as DeadlinePassed: failure.expected = passed.description
        default: failure.cause = error
        }
        return failure
    }

    /// Ends faults and closes the buses; a bus that does not close is left behind, that is for the checks of `close()`.
    func tearDown() async {
        if let faults = self.harness.faults, !self.check.requirements.isEmpty {
            try? await within(self.bounds.reconnect, "healing") { try await faults.heal() }
        }
        let clusters = self.state.withLock { $0.clusters }
        await withTaskGroup { group in
            for bus in clusters.flatMap(\.nodes) {
                group.addTask { try? await within(self.bounds.close, "close()") { await bus.close() } }
            }
        }
    }
}
