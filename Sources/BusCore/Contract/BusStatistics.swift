/// Counts of what a bus did since it was created.
///
/// They are settled before completions and receivers' ``BusReceiver/readCompleted()`` run, so whoever has seen an outcome
/// finds it counted.
public struct BusStatistics: Sendable, Hashable {
    /// Publishes that the backend accepted.
    public var published = 0
    /// Publishes that were not sent, refused or overloaded.
    public var refused = 0
    /// Publishes whose outcome stayed unknown.
    public var indeterminate = 0
    /// Messages handed to receivers, counted once per subscription.
    public var delivered = 0
    /// Messages that arrived for a channel to which nobody is subscribed any more.
    public var unclaimed = 0
    /// Gap markers handed to receivers, counted once per subscription.
    public var gaps = 0
    /// Times that a part of the link came up again after it had been lost.
    public var reconnects = 0
    /// Messages that the backend's protocol layer had to skip because they made no sense.
    public var malformed = 0
    /// Channels that somebody is subscribed to now, or that linger.
    public var channels = 0

    /// Creates counts of zero.
    public init() {}
}
