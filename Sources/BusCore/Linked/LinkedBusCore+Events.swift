import BitCollections
import NIOCore

extension LinkedBusCore {
    /// Takes what the link reported.
    mutating func handle(_ event: LinkEvent) {
        guard !self.isClosed else { return }
        self.needs.formUnion([.commands, .state, .timer])
        switch event {
        case .connected(let part, let connection): self.connected(part, connection)
        case .lost(let part, let connection, let error): self.lost(part, connection, error)
        case .subscribed(let token): self.subscribed(token)
        case .refused(let token, let error): self.refused(token, error)
        case .publishRefused(let token, let error, let part): self.publishRefused(token, error, on: part)
        case .probed(let part, let token): self.probed(part, token)
        case .malformed: self.counters.malformed.add()
        case .withdrawn(let channel, let part): self.withdrawn(channel, part)
        case .rearranged: self.rearrange()
        case .peersSilent(let names): self.silentPeers = names
        }
    }

    /// Hands a message to those whose channel is active.
    mutating func deliver(on bytes: ByteBuffer, payload: ByteBuffer, from part: Int) {
        guard let slot = self.table.slot(ofBytes: bytes), let entry = self.table.entries[slot], entry.part == part
        else { return self.counters.unclaimed.add() }
        self.deliver(BusMessage(channel: entry.channel, payload: payload), to: entry.subscribers)
    }

    /// Hands a message to those whose channel is active.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - part: The part that it came from, if that has to be the one that serves the channel.
    mutating func deliver(_ message: BusMessage, from part: Int?) {
        guard
            let slot = self.table.slot(of: message.channel), let entry = self.table.entries[slot],
            part == nil || part == entry.part
        else { return self.counters.unclaimed.add() }
        self.deliver(message, to: entry.subscribers)
    }

    private mutating func deliver(_ message: BusMessage, to subscribers: [ChannelEntry.Subscriber]) {
        let event = BusEvent.message(message)
        var delivered = 0
        for subscriber in subscribers where subscriber.status == .active && !subscriber.subscription.isCancelled {
            delivered += 1
            subscriber.subscription.receiver.received(event)
            self.receivers.touch(subscriber.receiver)
        }
        self.counters.delivered.add(delivered)
    }

    // MARK: Connections

    private mutating func connected(_ part: Int, _ connection: UInt64) {
        let isReturn = self.parts[part].hasBeenUp
        guard self.parts[part].connected(connection) else { return }
        if isReturn { self.counters.reconnects.add() }
        if self.linkParts[part].subscribes { self.table.connected(part) }
        self.probe.arm(self.executor.now)
    }

    private mutating func lost(_ part: Int, _ connection: UInt64, _ error: BusError) {
        let now = self.executor.now
        let (isPresent, wasUp) = self.parts[part].lost(connection, error, now, using: &self.random)
        guard isPresent else { return }
        self.endProbe(self.probe.lost(part, now))
        guard wasUp else { return }
        for entry in self.windows[part].removeAll() { self.fail(entry, .lostInFlight(error)) }
        // A part that is retired by now is to be sent nothing more, either.
        guard self.linkParts[part].role != .publishing else { return }
        for subscription in self.table.lost(part) { subscription.channelInterrupted() }
    }

    /// Does what a part's machine asked for.
    mutating func perform(_ action: PartMachine.Action, on part: Int) {
        switch action {
        case .connect(let connection):
            self.link?.connect(part, connection: connection)
        case .abandon:
            self.replace(
                part,
                BusError(
                    .linkFailed,
                    "The \(self.linkParts[part].name) was not ready within \(self.configuration.connectDeadline)."
                )
            )
        }
    }

    /// Gives up the connection of a part, so that a new one is made.
    mutating func replace(_ part: Int, _ error: BusError) {
        self.link?.disconnect(part)
        self.lost(part, self.parts[part].connection, error)
    }

    // MARK: Subscriptions

    private mutating func subscribed(_ token: UInt64) {
        guard let slot = self.table.slot(ofToken: token), let channel = self.table.entries[slot]?.channel else {
            _ = self.table.confirmed(token)
            return
        }
        for (subscriber, owesGap) in self.table.confirmed(token) {
            if owesGap, !subscriber.subscription.isCancelled {
                self.counters.gaps.add()
                self.give(.gap(BusGap(channel: channel, reason: .linkLost)), to: subscriber)
            }
            subscriber.subscription.channelActivated()
        }
    }

    private mutating func refused(_ token: UInt64, _ error: BusError) {
        guard let slot = self.table.refused(token), let channel = self.table.entries[slot]?.channel else { return }
        guard error.code == .unauthorized || error.code == .invalidChannel else {
            return self.deadlines.add(
                .retry(token: token),
                at: self.executor.now + TimeAmount(self.configuration.resubscribeDelay)
            )
        }
        for subscriber in self.table.end(slot) {
            self.give(.ended(channel, error), to: subscriber)
            subscriber.subscription.fail(error)
        }
    }

    // MARK: Probes

    private mutating func probed(_ part: Int, _ token: UInt64) {
        self.endProbe(self.probe.answered(part, token: token, self.executor.now))
    }

    private mutating func endProbe(_ ended: ProbeMachine.Ended?) {
        if ended != nil { self.answerHealth() }
    }

    mutating func answerHealth() {
        let waiters = self.healthWaiters
        guard !waiters.isEmpty else { return }
        self.healthWaiters = []
        self.refreshState()
        let report = self.healthReport()
        for waiter in waiters { waiter(report) }
    }

    // MARK: Time

    /// Does what is due.
    mutating func runDue() {
        guard !self.isClosed else { return }
        self.needs.formUnion([.commands, .state, .timer])
        let now = self.executor.now
        if self.armedAt <= now { self.timerIsDue(now) }
        for part in self.parts.indices {
            if let action = self.parts[part].due(now) { self.perform(action, on: part) }
            let overdue = self.windows[part].expire(now)
            guard !overdue.isEmpty else { continue }
            for entry in overdue { self.fail(entry, .unanswered(within: self.configuration.publishDeadline)) }
            self.hastenProbe(now)
        }
        while let event = self.deadlines.popDue(now) { self.run(event) }
        self.runProbe(now)
    }

    private mutating func runProbe(_ now: NIODeadline) {
        let overdue = self.probe.overdue(now)
        for part in overdue {
            self.replace(
                part,
                BusError(
                    .linkFailed,
                    "The \(self.linkParts[part].name) did not answer a probe within \(self.configuration.probeDeadline)."
                )
            )
        }
        var up = BitSet()
        for part in self.parts.indices where self.parts[part].isUp { up.insert(part) }
        if let token = self.probe.due(now, up: up) { self.link?.probe(token: token) }
    }

    private mutating func run(_ event: DeadlineQueue.Event) {
        switch event {
        case .lingerEnded(let token): self.table.release(lingering: token)
        case .retry(let token): self.table.retry(token)
        case .outageReport: self.reportOutage(self.outage.state)
        case .waiter(let waiter):
            guard !waiter.isFinished else { return }
            let reason = self.parts.lazy.compactMap(\.lastError).first.map { " " + $0.message } ?? ""
            let message = "The backend did not confirm the subscription within \(waiter.limit); it stays registered."
            waiter.finish(.failure(BusError(.timedOut, message + reason)))
        }
    }
}
