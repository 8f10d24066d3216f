import NIOCore

extension LinkedBusCore {
    /// Does a command other than those of the hot path.
    mutating func perform(_ command: BusCommand) {
        switch command {
        case .publish, .message, .published: break
        case .event(let event): self.handle(event)
        case .subscribe(let subscription): self.subscribe(subscription)
        case .cancel(let subscription): self.cancel(subscription)
        case .awaitActivation(let subscription, let waiter): self.await(subscription, waiter)
        case .barrier(let action): self.barriers.append(action)
        case .health(let answer): self.health(answer)
        case .start: self.start()
        case .close(let action): self.close(action)
        case .tick(let deadline): self.tick(deadline)
        }
    }

    private mutating func start() {
        guard !self.isClosed else { return }
        guard let driver = self.driver else { return }
        self.link?.start(events: BusLinkEvents(driver: driver))
        self.needs.formUnion(.all)
        let now = self.executor.now
        for part in self.parts.indices {
            self.perform(self.parts[part].start(now), on: part)
        }
    }

    // MARK: Publishing

    mutating func publish(_ publish: PendingPublish) {
        let bytes = publish.payload.readableBytes
        let part = self.route(of: publish.channel).publishing
        if let error = self.obstacle(to: part) {
            self.counters.refused.add()
            return self.conclude(publish.completion, bytes: bytes, .failure(error))
        }
        let token = self.windows[part].nextToken
        let lossCount = self.table.lossCount
        switch self.link?.publish(publish.payload, to: publish.channel, token: token, on: part) {
        case nil, .pending:
            self.windows[part].append(
                channel: publish.channel,
                bytes: bytes,
                lossCount: lossCount,
                completion: publish.completion
            )
        case .accepted(let receivers):
            self.windows[part].skip()
            self.accepted(publish.completion, publish.channel, bytes, lossCount, receivers)
        case .refused(let error):
            self.windows[part].skip()
            self.failed(publish.completion, bytes, error)
        }
    }

    private func obstacle(to part: Int) -> BusError? {
        if self.isClosed { return .busClosed }
        if !self.parts[part].isUp {
            return .partDown(self.linkParts[part], reason: self.parts[part].lastError?.message)
        }
        if self.windows[part].isSuspect { return .partSuspect(self.linkParts[part]) }
        return nil
    }

    mutating func published(_ token: UInt64, receivers: Int?, on part: Int) {
        let wasSuspect = self.windows[part].isSuspect
        let entry = self.windows[part].answer(token)
        if wasSuspect { self.needs.insert(.state) }
        guard let entry, let completion = entry.completion else { return }
        self.accepted(completion, entry.channel, entry.bytes, entry.lossCount, receivers)
    }

    mutating func publishRefused(_ token: UInt64, _ error: BusError, on part: Int) {
        self.needs.insert(.state)
        guard let entry = self.windows[part].answer(token) else { return }
        self.fail(entry, error)
    }

    private mutating func accepted(
        _ completion: @escaping PublishCompletion,
        _ channel: BusChannel,
        _ bytes: Int,
        _ lossCount: Int,
        _ receivers: Int?
    ) {
        self.counters.published.add()
        let isMissed = self.table.missesEcho(of: channel, handedOverAt: lossCount)
        let receipt = PublishReceipt(receivers: receivers, echo: isMissed ? .missed : .returns)
        self.conclude(completion, bytes: bytes, .success(receipt))
    }

    /// Tells a publish that it failed.
    mutating func fail(_ entry: PublishWindow.Entry, _ error: BusError) {
        guard let completion = entry.completion else { return }
        self.failed(completion, entry.bytes, error)
    }

    private mutating func failed(_ completion: @escaping PublishCompletion, _ bytes: Int, _ error: BusError) {
        if error.code == .indeterminate { self.counters.indeterminate.add() } else { self.counters.refused.add() }
        self.conclude(completion, bytes: bytes, .failure(error))
    }

    // MARK: Subscribing

    private mutating func subscribe(_ subscription: LinkedSubscription) {
        guard !self.isClosed else { return self.endAtOnce(subscription) }
        self.needs.formUnion([.commands, .state])
        let receiver = self.receivers.use(subscription.receiver)
        for channel in subscription.channels {
            let part = self.route(of: channel).subscribing
            let isActive = self.table.add(subscription, receiver: receiver, to: channel, part: part)
            if isActive { subscription.channelActivated() }
        }
    }

    private func endAtOnce(_ subscription: LinkedSubscription) {
        subscription.fail(.busClosed)
        for channel in subscription.channels where !subscription.isCancelled {
            subscription.receiver.received(.ended(channel, .busClosed))
        }
        if !subscription.isCancelled { subscription.receiver.readCompleted() }
    }

    private mutating func cancel(_ subscription: LinkedSubscription) {
        subscription.fail(BusError(.cancelled, "The subscription was cancelled."))
        guard !self.isClosed else { return }
        self.needs.formUnion([.commands, .state, .timer])
        for channel in subscription.channels {
            let lingers = subscription.options.release == .deferred
            if let token = self.table.remove(subscription, from: channel, lingers: lingers) {
                self.deadlines.add(
                    .lingerEnded(token: token),
                    at: self.executor.now + TimeAmount(self.configuration.linger)
                )
            }
        }
        self.receivers.release(subscription.receiver)
    }

    private mutating func await(_ subscription: LinkedSubscription, _ waiter: ActivationWaiter) {
        guard subscription.add(waiter) else { return }
        self.needs.insert(.timer)
        self.deadlines.add(.waiter(waiter), at: self.executor.now + TimeAmount(waiter.limit))
    }

    // MARK: Health and close

    private mutating func health(_ answer: @escaping @Sendable (BusHealth) -> Void) {
        let now = self.executor.now
        if self.isClosed || self.outage.state != .connected || (self.probe.isFresh(now) && !self.probe.isRunning) {
            return answer(self.healthReport())
        }
        self.healthWaiters.append(answer)
        self.hastenProbe(now)
    }

    private mutating func close(_ action: @escaping @Sendable () -> Void) {
        self.barriers.append(action)
        guard !self.isClosed else { return }
        self.isClosed = true
        self.needs.insert(.state)
        self.link?.stop()
        for part in self.parts.indices {
            self.parts[part].close()
            self.link?.disconnect(part)
            for entry in self.windows[part].removeAll() {
                self.fail(entry, BusError(.indeterminate, "The bus was closed before the backend answered."))
            }
        }
        for entry in self.table.endAll() {
            for subscriber in entry.subscribers {
                self.give(.ended(entry.channel, .busClosed), to: subscriber)
                subscriber.subscription.fail(.busClosed)
            }
        }
        self.deadlines.removeAll()
        self.refreshState()
        self.answerHealth()
    }
}
