/// Counts of what an endpoint did since it was created.
public struct HubStatistics: Sendable, Hashable {
    /// Messages of the bus that made no sense and were skipped.
    public var malformed = 0
    /// Deliveries that did not happen because the sending node does not speak the recipient's protocol.
    public var missingProtocol = 0
    /// Places where messages of other nodes may be missing, counted once per channel.
    public var gaps = 0
    /// Messages that were dropped because a client did not read, or a loop did not run, as fast as they were sent.
    public var dropped = 0
    /// Connections that were ended because their client did not read as fast as messages were sent to it.
    public var overflowed = 0
    /// Sends that the bus accepted.
    public var published = 0
    /// Sends that reached only this node's connections because the bus was not connected.
    public var localOnly = 0
    /// Invocations that have ended.
    public var invocations = 0
    /// Connections, those that have not finished their handshake included.
    public var connections = 0
    /// Group and user channels that have members on this node, or are about to be given up.
    public var channels = 0

    /// Creates counts of zero.
    public init() {}
}
