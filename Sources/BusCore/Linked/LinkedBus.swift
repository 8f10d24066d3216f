public import Logging
public import NIOCore

/// Makes a correct ``MessageBus`` of a ``BusLink``.
///
/// It holds the table of subscriptions and restores it after every disconnect, reconnects with backoff and jitter, bounds the
/// publishes in flight and gives each an outcome within a deadline, marks gaps, probes the link end to end, and publishes the
/// state. All of it runs in the context of one ``BusExecutor``; callers only append to a queue.
///
/// A backend is a type that has one of these; see ``LinkedMessageBus``.
public final class LinkedBus: Sendable {
    /// What the backend promises.
    public let capabilities: BusCapabilities
    /// The sizes the backend accepts.
    public let limits: BusLimits
    private let driver: LinkedBusDriver

    /// Creates a bus, which starts to connect at once.
    ///
    /// - Parameters:
    ///   - link: The link to the backend.
    ///   - executor: Where the bus and its link run.
    ///   - capabilities: What the backend promises.
    ///   - limits: The sizes the backend accepts.
    ///   - configuration: Deadlines and bounds.
    ///   - logger: Told once when an outage begins and once when it is over.
    public init(
        link: any BusLink,
        executor: any BusExecutor,
        capabilities: BusCapabilities,
        limits: BusLimits,
        configuration: LinkedBusConfiguration = LinkedBusConfiguration(),
        logger: Logger
    ) {
        self.capabilities = capabilities
        self.limits = limits
        self.driver = LinkedBusDriver(
            link: link,
            executor: executor,
            configuration: configuration,
            logger: logger
        )
        self.driver.post(.start)
    }

    deinit {
        self.driver.mailbox.close()
        self.driver.post(.close({}))
    }

    /// Publishes without waiting; see ``MessageBus/submit(_:to:completion:)``.
    ///
    /// - Parameters:
    ///   - payload: The message.
    ///   - channel: Where to publish.
    ///   - completion: Called once with the outcome.
    public func submit(
        _ payload: ByteBuffer,
        to channel: BusChannel,
        completion: @escaping @Sendable (Result<PublishReceipt, BusError>) -> Void
    ) {
        if let error = self.flaw(of: channel) ?? self.flaw(of: payload) {
            self.driver.mailbox.countRefused()
            return completion(.failure(error))
        }
        self.driver.submit(PendingPublish(payload: payload, channel: channel, completion: completion))
    }

    /// Registers the wish to receive; see ``MessageBus/subscribe(to:options:receiver:)``.
    ///
    /// - Parameters:
    ///   - channels: The channels.
    ///   - options: How the subscription behaves.
    ///   - receiver: Called with every event.
    /// - Returns: The subscription.
    /// - Throws: `.invalidChannel` for an empty or too long name or an empty list, `.closed` after ``close()``.
    public func subscribe(
        to channels: [BusChannel],
        options: BusSubscriptionOptions,
        receiver: any BusReceiver
    ) throws(BusError) -> any BusSubscription {
        guard !channels.isEmpty else {
            throw BusError(.invalidChannel, "A subscription needs at least one channel.")
        }
        for channel in channels {
            if let error = self.flaw(of: channel) { throw error }
        }
        var seen: Set<BusChannel> = []
        let distinct = channels.count == 1 ? channels : channels.filter { seen.insert($0).inserted }
        let subscription = LinkedSubscription(
            channels: distinct,
            options: options,
            receiver: receiver,
            driver: self.driver
        )
        let posted = self.driver.mailbox.postIfOpen(.subscribe(subscription))
        if case .refused(let error) = posted { throw error }
        self.driver.follow(posted)
        return subscription
    }

    /// The state now.
    public var state: BusState { self.driver.board.state }

    /// The state now and each later one.
    public var states: BusStates { BusStates(board: self.driver.board) }

    /// Tells whether messages flow; see ``MessageBus/health()``.
    ///
    /// - Returns: The state, and why it is not well if it is not.
    public func health() async -> BusHealth {
        await withCheckedContinuation { continuation in
            self.driver.post(.health({ continuation.resume(returning: $0) }))
        }
    }

    /// Counts since the bus was created.
    public var statistics: BusStatistics { self.driver.mailbox.statistics }

    /// Closes the bus; see ``MessageBus/close()``.
    public func close() async {
        self.driver.mailbox.close()
        await withCheckedContinuation { continuation in
            self.driver.post(.close({ continuation.resume() }))
        }
    }

    private func flaw(of channel: BusChannel) -> BusError? {
        let count = channel.count
        guard count == 0 || count > self.limits.maximumChannelBytes else { return nil }
        return BusError(
            .invalidChannel,
            count == 0
                ? "The channel's name is empty."
                : "The channel's name has \(count) bytes; this bus accepts \(self.limits.maximumChannelBytes)."
        )
    }

    private func flaw(of payload: ByteBuffer) -> BusError? {
        let count = payload.readableBytes
        guard count > self.limits.maximumPayloadBytes else { return nil }
        return BusError(
            .payloadTooLarge,
            "The message has \(count) bytes; this bus accepts \(self.limits.maximumPayloadBytes). Nothing was sent."
        )
    }
}
