public import NIOCore

/// What the author of a backend writes: a connection that can subscribe, unsubscribe, publish and probe.
///
/// ``LinkedBus`` makes a correct ``MessageBus`` of it: it keeps the subscriptions, reconnects with backoff, resubscribes,
/// watches deadlines, marks gaps. A link remembers nothing across connections and retries nothing.
///
/// **Threads.** The bus calls its link one call at a time, in the context of the executor that ``LinkedBus`` was created with
/// (for an `EventLoop`: on that loop). A link reports through ``BusLinkEvents`` from any thread; from the executor's own
/// context that costs no lock.
///
/// **Rules for a link.**
/// - Commands of one part take effect in the order of the calls.
/// - Where the part that publishes to a channel changes, the link keeps the order of that channel's publishes itself.
/// - A route changes only with a report of ``BusLinkEvents/rearranged()``.
/// - No message of a channel is reported before that channel's ``BusLinkEvents/subscribed(_:)`` on the same connection.
/// - After ``BusLinkEvents/lost(_:connection:error:)``, and after ``disconnect(_:)``, nothing more of that connection is reported.
/// - Each pending publish is answered once with ``BusLinkEvents/published(_:receivers:on:)`` or
///   ``BusLinkEvents/publishRefused(_:error:on:)``, unless the connection is lost first. A backend without acknowledgements
///   answers when the next round trip (for example PING and PONG) has come back.
/// - Events end with ``BusLinkEvents/readCompleted()``.
/// - Input of the backend never traps: a broken reply ends the connection.
public protocol BusLink: AnyObject, Sendable {
    /// The parts that are connected on their own; at least one that publishes and one that subscribes, at most 256.
    ///
    /// An index stands for one part. A link whose backend changes shape appends parts, retires them, or takes retired ones into
    /// use again, and then reports ``BusLinkEvents/rearranged()``.
    var parts: [BusLinkPart] { get }

    /// Which parts serve a channel.
    ///
    /// - Parameter channel: The channel.
    /// - Returns: The route. The default is the first part of each role.
    func route(of channel: BusChannel) -> BusRoute

    /// Hands over where to report to. Called once, before anything else.
    ///
    /// - Parameter events: Where to report to.
    func start(events: BusLinkEvents)

    /// Connects a part; answered by ``BusLinkEvents/connected(_:connection:)`` or ``BusLinkEvents/lost(_:connection:error:)``.
    ///
    /// Resolves names anew each time. An attempt that takes longer than the bus's connect deadline is ended with ``disconnect(_:)``.
    ///
    /// - Parameters:
    ///   - part: The index of the part.
    ///   - connection: The number of this attempt, to be named in the events that report its fate.
    func connect(_ part: Int, connection: UInt64)

    /// Drops the connection of a part, or its attempt to connect, at once and without an answer.
    ///
    /// - Parameter part: The index of the part.
    func disconnect(_ part: Int)

    /// Subscribes to channels; each is answered by its token.
    ///
    /// - Parameters:
    ///   - requests: The channels and their tokens, at most as many as the bus's batch size.
    ///   - part: The index of the part.
    func subscribe(_ requests: [BusLinkSubscription], on part: Int)

    /// Unsubscribes from channels. No answer is expected.
    ///
    /// - Parameters:
    ///   - channels: The channels.
    ///   - part: The index of the part.
    func unsubscribe(_ channels: [BusChannel], on part: Int)

    /// Publishes a message.
    ///
    /// - Parameters:
    ///   - payload: The message.
    ///   - channel: The channel.
    ///   - token: Identifies the publish in its answer; counts up by one from call to call on a part.
    ///   - part: The index of the part.
    /// - Returns: `.pending` if the answer comes as an event, or the outcome if it is known at once.
    func publish(_ payload: ByteBuffer, to channel: BusChannel, token: UInt64, on part: Int) -> BusLinkPublishAnswer

    /// Tests every part that is connected, end to end where the backend allows it: a message that is published on one part and
    /// received on the other. Each part that works is answered by ``BusLinkEvents/probed(_:token:)``.
    ///
    /// - Parameter token: Identifies the probe.
    func probe(token: UInt64)

    /// Sends what the calls since the last flush have prepared.
    func flush()

    /// Ends: the bus is closed. Called once; only ``disconnect(_:)`` of each part follows. The default does nothing.
    func stop()
}

extension BusLink {
    /// Ends; nothing to do.
    public func stop() {}

    /// Which parts serve a channel: the first part of each role.
    ///
    /// - Parameter channel: The channel.
    /// - Returns: The route.
    public func route(of channel: BusChannel) -> BusRoute {
        BusRoute(
            publishing: self.parts.firstIndex { $0.publishes } ?? 0,
            subscribing: self.parts.firstIndex { $0.subscribes } ?? 0
        )
    }
}
