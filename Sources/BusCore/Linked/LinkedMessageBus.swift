public import NIOCore

/// A ``MessageBus`` that is a ``LinkedBus`` over a link of its own: all that is left to write is ``linked``.
public protocol LinkedMessageBus: MessageBus {
    /// The bus that does the work.
    var linked: LinkedBus { get }
}

extension LinkedMessageBus {
    /// What the backend promises.
    public var capabilities: BusCapabilities { self.linked.capabilities }

    /// The sizes the backend accepts.
    public var limits: BusLimits { self.linked.limits }

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
        self.linked.submit(payload, to: channel, completion: completion)
    }

    /// Registers the wish to receive; see ``MessageBus/subscribe(to:options:receiver:)``.
    ///
    /// - Parameters:
    ///   - channels: The channels.
    ///   - options: How the subscription behaves.
    ///   - receiver: Called with every event.
    /// - Returns: The subscription.
    /// - Throws: `.invalidChannel` for an empty or too long name or an empty list, `.closed` after ``MessageBus/close()``.
    public func subscribe(
        to channels: [BusChannel],
        options: BusSubscriptionOptions,
        receiver: any BusReceiver
    ) throws(BusError) -> any BusSubscription {
        try self.linked.subscribe(to: channels, options: options, receiver: receiver)
    }

    /// The state now.
    public var state: BusState { self.linked.state }

    /// The state now and each later one.
    public var states: BusStates { self.linked.states }

    /// Tells whether messages flow; see ``MessageBus/health()``.
    ///
    /// - Returns: The state, and why it is not well if it is not.
    public func health() async -> BusHealth { await self.linked.health() }

    /// Counts since the bus was created.
    public var statistics: BusStatistics { self.linked.statistics }

    /// Closes the bus; see ``MessageBus/close()``.
    public func close() async { await self.linked.close() }
}
