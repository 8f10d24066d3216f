/// How a subscription behaves.
public struct BusSubscriptionOptions: Sendable, Hashable {
    /// When the backend is told that nobody is interested any more.
    public enum Release: Sendable, Hashable {
        /// As soon as the last subscription of a channel is cancelled.
        case immediate
        /// A moment later (the bus's linger), so that a channel that is joined and left all the time costs the backend little.
        case deferred
    }

    /// When the backend is told that nobody is interested any more.
    public var release: Release

    /// Creates options.
    ///
    /// - Parameter release: When the backend is told that nobody is interested any more.
    public init(release: Release = .immediate) {
        self.release = release
    }
}
