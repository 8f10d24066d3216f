import DequeModule

/// The events of a subscription as an `AsyncSequence`, bounded in count and in bytes.
///
/// Events are handed over in batches: a task that consumes them is woken once per read of the link, not once per event.
/// Small payloads are copied, so that a message that is kept does not hold on to the large read it came in.
///
/// The sequence has one consumer. It ends after ``cancel()``, when every channel has ended, or when the task is cancelled.
/// Letting go of the sequence and its iterators cancels the subscription.
public struct BusEventSequence: AsyncSequence, Sendable {
    /// An event of the subscription.
    public typealias Element = BusEvent
    /// The sequence itself never fails; the end of a channel is an event.
    public typealias Failure = Never

    /// Cancels the subscription when nobody holds the sequence any more.
    final class Lifetime: Sendable {
        let subscription: any BusSubscription
        let mailbox: EventMailbox

        init(subscription: any BusSubscription, mailbox: EventMailbox) {
            self.subscription = subscription
            self.mailbox = mailbox
        }

        deinit {
            self.subscription.cancel()
        }
    }

    private let lifetime: Lifetime

    init(subscription: any BusSubscription, mailbox: EventMailbox) {
        self.lifetime = Lifetime(subscription: subscription, mailbox: mailbox)
    }

    /// The subscription behind the sequence, for example to wait until it is active.
    public var subscription: any BusSubscription { self.lifetime.subscription }

    /// Ends the sequence and its subscription: an iterator's `next()` that begins afterwards returns nil.
    public func cancel() {
        self.lifetime.subscription.cancel()
        self.lifetime.mailbox.finish()
    }

    /// Starts reading.
    ///
    /// - Returns: The iterator of the one consumer.
    public func makeAsyncIterator() -> Iterator {
        Iterator(lifetime: self.lifetime)
    }

    /// Reads the events of a subscription.
    public struct Iterator: AsyncIteratorProtocol {
        private let lifetime: Lifetime
        private var batch: Deque<BusEvent> = []

        fileprivate init(lifetime: Lifetime) {
            self.lifetime = lifetime
        }

        /// Waits for the next event.
        ///
        /// - Returns: The event, or nil at the end or when the task is cancelled.
        public mutating func next() async -> BusEvent? {
            if self.lifetime.mailbox.isFinished { return nil }
            while self.batch.isEmpty {
                guard await self.lifetime.mailbox.take(into: &self.batch) else { return nil }
            }
            return self.batch.popFirst()
        }
    }
}

extension MessageBus {
    /// Subscribes, and gives the events as an `AsyncSequence`.
    ///
    /// The subscription is registered when this returns; `try await sequence.subscription.active(within:)` waits for it.
    ///
    /// - Parameters:
    ///   - channels: The channels; at least one.
    ///   - buffer: How much may wait for the consumer, and what happens beyond.
    ///   - options: How the subscription behaves.
    /// - Returns: The sequence.
    /// - Throws: `.invalidChannel` for an empty or too long name or an empty list, `.closed` after ``MessageBus/close()``.
    public func events(
        on channels: [BusChannel],
        buffer: BusBuffer = BusBuffer(),
        options: BusSubscriptionOptions = BusSubscriptionOptions()
    ) throws(BusError) -> BusEventSequence {
        let mailbox = EventMailbox(buffer, channels: Set(channels).count)
        let subscription = try self.subscribe(to: channels, options: options, receiver: mailbox)
        mailbox.onOverflow { [weak subscription] in subscription?.cancel() }
        return BusEventSequence(subscription: subscription, mailbox: mailbox)
    }
}
