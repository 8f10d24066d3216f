/// A request of the bus to its link: subscribe to this channel, and name this token when it is confirmed or refused.
public struct BusLinkSubscription: Sendable {
    /// The channel.
    public var channel: BusChannel

    /// Identifies the request in ``BusLinkEvents/subscribed(_:)`` and ``BusLinkEvents/refused(_:error:)``.
    public var token: UInt64

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - channel: The channel.
    ///   - token: Identifies the request.
    public init(channel: BusChannel, token: UInt64) {
        self.channel = channel
        self.token = token
    }
}
