public import NIOCore

/// A message bus: what hubs and applications publish to and subscribe on.
///
/// One value of a `MessageBus` type is one *publisher* and one *node*. The rules every bus keeps, each of them a check in
/// the conformance kit:
///
/// 1. **Active means active.** A publish on any node that is submitted after ``BusSubscription/active(within:)`` returned,
///    and succeeds, is delivered or covered by a gap. A bus whose barrier is only its own node says so in
///    ``BusCapabilities/barrier``.
/// 2. **Quiet after cancel.** No call of the receiver starts after ``BusSubscription/cancel()`` returned on the link's own
///    thread or inside the receiver; elsewhere one running call may finish, and ``BusSubscription/cancelled()`` waits for it.
/// 3. **Order.** What one bus submits first to a channel arrives first. Concurrent submissions have no order; an
///    indeterminate publish may arrive late.
/// 4. **Exactly once per subscription** while nothing fails and nothing overflows; at most once across a failure.
/// 5. **Gaps in position.** After an interruption each channel gets its ``BusEvent/gap(_:)`` at its own reactivation, before
///    any message of the new link, and never at its first activation. ``BusEvent/ended(_:_:)`` is the last event of a channel.
/// 6. **Honest publish.** A publish succeeds, or is `.notSent`, `.indeterminate` or refused, within a deadline. The bus never
///    sends an indeterminate publish again.
/// 7. **Desired state.** Subscriptions survive any number of disconnects without the caller doing anything, and can be made
///    and withdrawn during an outage.
/// 8. **Receivers do not wait.** They are called one call at a time, never recursively, never under a lock.
/// 9. **Names and payloads are bytes.** No patterns, no case folding. Payloads may be empty.
/// 10. **State and health tell the truth.**
/// 11. **`close()`** ends everything within a bound and is idempotent.
/// 12. **Isolation.** Prefixes of which none begins with another separate applications completely.
///
/// Authors of a backend do not implement this protocol: they write a ``BusLink``, and ``LinkedBus`` makes a correct bus of it.
public protocol MessageBus: AnyObject, Sendable {
    /// What this bus promises beyond the rules that every bus keeps.
    var capabilities: BusCapabilities { get }

    /// The sizes this bus accepts.
    var limits: BusLimits { get }

    /// Publishes without waiting.
    ///
    /// Never blocks. Submissions of one thread reach a channel in the order of the calls. Costs one short critical section;
    /// submissions that come together leave in one write.
    ///
    /// - Parameters:
    ///   - payload: The message; it may be empty. The bus keeps a reference until the outcome is known and never changes it.
    ///   - channel: Where to publish.
    ///   - completion: Called once with the outcome, within the bus's publish deadline, on the link's thread or on the
    ///     caller's, possibly before this method returns. It must return at once. The error's code is `.notSent`,
    ///     `.indeterminate`, or the reason of a refusal.
    func submit(
        _ payload: ByteBuffer,
        to channel: BusChannel,
        completion: @escaping @Sendable (Result<PublishReceipt, BusError>) -> Void
    )

    /// Registers the wish to receive what is published to some channels.
    ///
    /// Synchronous: it records the intent, and the bus makes it true as soon as, and as often as, its link allows.
    /// Wait for ``BusSubscription/active(within:)`` to know that it is. Only ``BusSubscription/cancel()`` ends it.
    ///
    /// - Parameters:
    ///   - channels: The channels; at least one. A channel named twice counts once.
    ///   - options: How the subscription behaves.
    ///   - receiver: Called with every event. The bus keeps it alive until the subscription has ended.
    /// - Returns: The subscription.
    /// - Throws: `.invalidChannel` for an empty or too long name or an empty list, `.closed` after ``close()``.
    func subscribe(
        to channels: [BusChannel],
        options: BusSubscriptionOptions,
        receiver: any BusReceiver
    ) throws(BusError) -> any BusSubscription

    /// The state now.
    var state: BusState { get }

    /// The state now and each later one, for any number of readers; ends after `.closed`.
    var states: BusStates { get }

    /// Tells whether messages flow, by a round trip through the publish path.
    ///
    /// Answers from memory when a round trip succeeded within the last second. Otherwise it takes as long as the round trip,
    /// and no longer than the bus's probe deadline.
    ///
    /// - Returns: The state, and why it is not well if it is not.
    func health() async -> BusHealth

    /// Counts since the bus was created.
    var statistics: BusStatistics { get }

    /// Closes the bus: every subscription ends with `.closed`, pending publishes complete, connections close.
    ///
    /// Idempotent and safe to call concurrently; all callers return when the bus is closed.
    func close() async
}
