/// Which parts of a link serve a channel.
public struct BusRoute: Sendable, Hashable {
    /// The index of the part that publishes to the channel.
    public var publishing: Int

    /// The index of the part that subscribes to the channel.
    public var subscribing: Int

    /// Creates a route.
    ///
    /// - Parameters:
    ///   - publishing: The index of the part that publishes to the channel.
    ///   - subscribing: The index of the part that subscribes to the channel.
    public init(publishing: Int, subscribing: Int) {
        self.publishing = publishing
        self.subscribing = subscribing
    }
}
