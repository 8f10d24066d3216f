import BusCore

extension CheckContext {
    /// Publishes many messages to one channel, a few hundred of them unanswered at any time.
    @discardableResult
    func flood(_ publisher: StampedPublisher, to channel: BusChannel, count: Int) async throws -> Sent? {
        try await self.flood(publisher, to: Array(repeating: channel, count: count))
    }

    /// Publishes one message to each of the channels, a few hundred of them unanswered at any time.
    @discardableResult
    func flood(_ publisher: StampedPublisher, to channels: [BusChannel]) async throws -> Sent? {
        let window = min(256, self.bounds.publishesInFlight ?? 256)
        var last: Sent?
        for (index, channel) in channels.enumerated() {
            last = publisher.submit(to: channel)
            if index % window == window - 1 { try await self.settle(publisher) }
        }
        try await self.settle(publisher)
        return last
    }

    /// Waits until every publish of a publisher has an outcome.
    func settle(_ publisher: StampedPublisher) async throws {
        try await publisher.settled(within: self.bounds.publishDeadline + self.bounds.settle)
    }

    /// Publishes a message and waits until a recorder has it: what was published before to the same channel has then
    /// arrived, or never will.
    @discardableResult
    func sentinel(
        _ publisher: StampedPublisher,
        to channel: BusChannel,
        at recorder: Recorder
    ) async throws -> Sent {
        let sent = try await publisher.publish(to: channel)
        try await recorder.wait(self.bounds.deliver, for: sent)
        return sent
    }

    /// Publishes again and again until one message arrives: a subscription works again after an outage.
    @discardableResult
    func untilDelivered(
        _ publisher: StampedPublisher,
        to channel: BusChannel,
        at recorder: Recorder,
        within limit: Duration? = nil
    ) async throws -> Sent {
        let clock = ContinuousClock()
        let limit = limit ?? self.bounds.reconnect
        let end = clock.now + limit
        while true {
            let sent = publisher.submit(to: channel)
            let outcome = try await publisher.outcome(
                of: sent,
                within: self.bounds.publishDeadline + self.bounds.settle
            )
            if case .accepted = outcome, (try? await recorder.wait(.milliseconds(50), for: sent)) != nil { return sent }
            guard clock.now < end else {
                throw DeadlinePassed(what: "\(recorder.name): a delivery on \(channel)", limit: limit)
            }
            // No event tells that the bus accepts again: it is asked until the deadline.
            if case .failed = outcome { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    /// Asks again and again until a condition holds.
    ///
    /// Only for what nobody reports as an event: counts of a backend.
    func poll(_ limit: Duration, _ what: String, until condition: () async throws -> Bool) async throws {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while try await !condition() {
            guard clock.now < end else { throw DeadlinePassed(what: what, limit: limit) }
            // Nobody reports these counts: they are looked at until the deadline.
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// Expects that nobody is interested in a channel any more, as far as the bus and the inspector can tell.
    func expectNoInterest(in channels: [BusChannel], of cluster: Cluster, after linger: Duration = .zero) async throws {
        let limit = self.bounds.settle + linger
        for (index, bus) in cluster.nodes.enumerated() {
            try await self.poll(limit, "the end of all interest of node \(index)") { bus.statistics.channels == 0 }
        }
        guard let inspector = self.harness.inspector else {
            return self.partly("without an inspector the backend's own interest is not seen")
        }
        for channel in channels {
            guard try await inspector.subscribers(of: channel, in: cluster.namespace) != nil else {
                return self.partly("the inspector does not tell the backend's interest")
            }
            try await self.poll(limit, "the end of the backend's interest in \(channel)") {
                try await inspector.subscribers(of: channel, in: cluster.namespace) == 0
            }
        }
    }

    /// Waits for a state.
    func state(
        of bus: any MessageBus,
        within limit: Duration,
        _ what: String,
        until condition: @escaping @Sendable (BusState) -> Bool
    ) async throws {
        try await within(limit, what) {
            for await state in bus.states where condition(state) { return }
            throw Expectation(text: "the states ended before \(what)")
        }
    }
}
