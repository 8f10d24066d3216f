public import NIOCore

extension MessageBus {
    /// Registers the wish to receive what is published to some channels, with default options.
    ///
    /// - Parameters:
    ///   - channels: The channels; at least one.
    ///   - receiver: Called with every event.
    /// - Returns: The subscription.
    /// - Throws: `.invalidChannel` for an empty or too long name or an empty list, `.closed` after ``close()``.
    public func subscribe(
        to channels: [BusChannel],
        receiver: any BusReceiver
    ) throws(BusError) -> any BusSubscription {
        try self.subscribe(to: channels, options: BusSubscriptionOptions(), receiver: receiver)
    }

    /// Subscribes and waits until the subscription is active; if that fails, nothing stays registered.
    ///
    /// - Parameters:
    ///   - channels: The channels; at least one.
    ///   - options: How the subscription behaves.
    ///   - receiver: Called with every event.
    ///   - limit: How long to wait.
    /// - Returns: The active subscription.
    /// - Throws: What ``subscribe(to:options:receiver:)`` and ``BusSubscription/active(within:)`` throw.
    public func subscribe(
        to channels: [BusChannel],
        options: BusSubscriptionOptions = BusSubscriptionOptions(),
        receiver: any BusReceiver,
        activeWithin limit: Duration
    ) async throws -> any BusSubscription {
        try Task.checkCancellation()
        let subscription = try self.subscribe(to: channels, options: options, receiver: receiver)
        do {
            try await subscription.active(within: limit)
        } catch {
            subscription.cancel()
            await subscription.cancelled()
            throw error
        }
        return subscription
    }

    /// Publishes and waits for the outcome.
    ///
    /// Cancelling the task before the call sends nothing. Cancelling it later changes nothing: the outcome is awaited, within
    /// the bus's publish deadline.
    ///
    /// - Parameters:
    ///   - payload: The message; it may be empty.
    ///   - channel: Where to publish.
    /// - Returns: What is known of the accepted message.
    /// - Throws: ``BusError`` as ``submit(_:to:completion:)`` reports it; `CancellationError` if the task was cancelled before.
    @discardableResult
    public func publish(_ payload: ByteBuffer, to channel: BusChannel) async throws -> PublishReceipt {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { continuation in
            self.submit(payload, to: channel) { result in
                continuation.resume(with: result)
            }
        }
    }

    /// Waits until the bus is connected.
    ///
    /// - Parameter limit: How long to wait.
    /// - Throws: ``BusError`` with `.timedOut` when the limit passed, `.closed` when the bus was closed; `CancellationError`
    ///   when the task was cancelled.
    public func connected(within limit: Duration) async throws {
        let states = self.states
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await state in states where state == .connected { return true }
                try Task.checkCancellation()
                throw BusError(.closed, "The bus was closed before it was connected.")
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            guard try await group.next() == true else {
                throw BusError(.timedOut, "The bus was not connected within \(limit). It goes on trying.")
            }
        }
    }
}
