import NIOCore

extension LinkedBusDriver {
    /// Does one command.
    func handle(_ command: BusCommand) {
        switch command {
        case .publish(let publish): self.publish(publish)
        case .message(let channel, let payload): self.deliver(on: channel, payload: payload)
        case .published(let token, let receivers, let part): self.published(token, receivers: receivers, on: part)
        case .event(let event): self.handle(event)
        case .subscribe(let subscription): self.subscribe(subscription)
        case .cancel(let subscription): self.cancel(subscription)
        case .awaitActivation(let subscription, let waiter): self.await(subscription, waiter)
        case .barrier(let continuation): self.barriers.append(continuation)
        case .health(let continuation): self.health(continuation)
        case .start: self.start()
        case .close(let continuation): self.close(continuation)
        case .tick(let deadline): self.tick(deadline)
        }
    }

    private func start() {
        guard !self.isClosed else { return }
        self.link?.start(events: BusLinkEvents(driver: self))
        let now = self.executor.now
        for part in self.parts.indices {
            self.perform(self.parts[part].start(now), on: part)
        }
    }

    // MARK: Publishing

    private func publish(_ publish: PendingPublish) {
        let bytes = publish.payload.readableBytes
        let part = self.route(of: publish.channel).publishing
        if let error = self.obstacle(to: part) {
            self.statistics.refused += 1
            return self.conclude(publish.completion, bytes: bytes, .failure(error))
        }
        let token = self.windows[part].nextToken
        self.windows[part].append(
            channel: publish.channel,
            bytes: bytes,
            lossCount: self.table.lossCount,
            completion: publish.completion
        )
        switch self.link?.publish(publish.payload, to: publish.channel, token: token, on: part) {
        case nil, .pending: break
        case .accepted(let receivers): self.published(token, receivers: receivers, on: part)
        case .refused(let error): self.publishRefused(token, error, on: part)
        }
    }

    private func obstacle(to part: Int) -> BusError? {
        if self.isClosed { return .busClosed }
        if !self.parts[part].isUp { return .partDown(self.linkParts[part], reason: self.parts[part].lastError?.message) }
        if self.windows[part].isSuspect { return .partSuspect(self.linkParts[part]) }
        return nil
    }

    func published(_ token: UInt64, receivers: Int?, on part: Int) {
        guard let entry = self.windows[part].answer(token), let completion = entry.completion else { return }
        self.statistics.published += 1
        let isMissed = self.table.missesEcho(of: entry.channel, handedOverAt: entry.lossCount)
        let receipt = PublishReceipt(receivers: receivers, echo: isMissed ? .missed : .returns)
        self.conclude(completion, bytes: entry.bytes, .success(receipt))
    }

    func publishRefused(_ token: UInt64, _ error: BusError, on part: Int) {
        guard let entry = self.windows[part].answer(token) else { return }
        self.fail(entry, error)
    }

    /// Tells a publish that it failed.
    func fail(_ entry: PublishWindow.Entry, _ error: BusError) {
        guard let completion = entry.completion else { return }
        if error.code == .indeterminate { self.statistics.indeterminate += 1 } else { self.statistics.refused += 1 }
        self.conclude(completion, bytes: entry.bytes, .failure(error))
    }

    // MARK: Subscribing

    private func subscribe(_ subscription: LinkedSubscription) {
        guard !self.isClosed else { return self.endAtOnce(subscription) }
        let handle = self.handle(for: subscription.receiver)
        for channel in subscription.channels {
            let part = self.route(of: channel).subscribing
            if self.table.add(subscription, handle, to: channel, part: part) { subscription.channelActivated() }
        }
    }

    private func endAtOnce(_ subscription: LinkedSubscription) {
        subscription.fail(.busClosed)
        for channel in subscription.channels where !subscription.isCancelled {
            subscription.receiver.received(.ended(channel, .busClosed))
        }
        if !subscription.isCancelled { subscription.receiver.readCompleted() }
    }

    private func cancel(_ subscription: LinkedSubscription) {
        subscription.fail(BusError(.cancelled, "The subscription was cancelled."))
        guard !self.isClosed else { return }
        for channel in subscription.channels {
            let lingers = subscription.options.release == .deferred
            if let token = self.table.remove(subscription, from: channel, lingers: lingers) {
                self.deadlines.add(
                    .lingerEnded(token: token),
                    at: self.executor.now + TimeAmount(self.configuration.linger)
                )
            }
        }
        self.releaseHandle(of: subscription.receiver)
    }

    private func await(_ subscription: LinkedSubscription, _ waiter: ActivationWaiter) {
        guard subscription.add(waiter) else { return }
        self.deadlines.add(.waiter(waiter), at: self.executor.now + TimeAmount(waiter.limit))
    }

    private func handle(for receiver: any BusReceiver) -> ReceiverHandle {
        let handle = self.handles[ObjectIdentifier(receiver), default: ReceiverHandle(receiver)]
        handle.uses += 1
        self.handles[ObjectIdentifier(receiver)] = handle
        return handle
    }

    private func releaseHandle(of receiver: any BusReceiver) {
        guard let handle = self.handles[ObjectIdentifier(receiver)] else { return }
        handle.uses -= 1
        if handle.uses == 0 { self.handles[ObjectIdentifier(receiver)] = nil }
    }

    // MARK: Health and close

    private func health(_ continuation: CheckedContinuation<BusHealth, Never>) {
        let now = self.executor.now
        if self.isClosed || self.outage.state != .connected || (self.probe.isFresh(now) && !self.probe.isRunning) {
            return continuation.resume(returning: self.healthReport())
        }
        self.healthWaiters.append(continuation)
        self.hastenProbe(now)
    }

    private func close(_ continuation: CheckedContinuation<Void, Never>?) {
        if let continuation { self.barriers.append(continuation) }
        guard !self.isClosed else { return }
        self.isClosed = true
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
        self.handles = [:]
        self.refreshState()
        self.answerHealth()
    }
}
