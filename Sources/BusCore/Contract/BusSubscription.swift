/// A subscription: the standing wish to receive what is published to some channels.
///
/// It lasts until ``cancel()``, through any number of disconnects. Letting go of the value does not end it.
public protocol BusSubscription: AnyObject, Sendable {
    /// The channels, each once, in the order given.
    var channels: [BusChannel] { get }

    /// Whether the backend has confirmed every channel and the link is up.
    var isActive: Bool { get }

    /// Waits until the backend has confirmed every channel.
    ///
    /// Returns at once if that is so now. If it throws, the subscription stays: the bus goes on trying.
    ///
    /// - Parameter limit: How long to wait.
    /// - Throws: ``BusError`` with `.timedOut` when the limit passed, `.unauthorized` when a channel was refused, `.closed`
    ///   when the bus was closed, `.cancelled` when the subscription was cancelled; `CancellationError` when the task was.
    func active(within limit: Duration) async throws

    /// Ends the subscription.
    ///
    /// Takes effect at once: on the link's own thread and inside the receiver no further call starts, elsewhere one running
    /// call may finish. Idempotent.
    func cancel()

    /// Waits, after ``cancel()``, until no call of the receiver runs.
    func cancelled() async
}
