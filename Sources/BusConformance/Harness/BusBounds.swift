/// How long a bus may take, and what it declares of its own buffers.
///
/// A check that is satisfied earlier goes on at once, so generous bounds cost nothing while the bus is correct. Set them
/// above the deadlines that the bus under test was configured with.
public struct BusBounds: Sendable, Hashable {
    /// From a subscribe call until it is active.
    ///
    /// 1 second.
    public var subscribe: Duration = .seconds(1)
    /// From an accepted publish until its delivery on every node.
    ///
    /// 1 second.
    public var deliver: Duration = .seconds(1)
    /// From a publish until its outcome, whatever the backend does.
    ///
    /// 2 seconds.
    public var publishDeadline: Duration = .seconds(2)
    /// From a fault until the state tells it.
    ///
    /// 5 seconds.
    public var liveness: Duration = .seconds(5)
    /// From the end of a fault until every subscription delivers again.
    ///
    /// 5 seconds.
    public var reconnect: Duration = .seconds(5)
    /// From the moment messages stop on a link that still answers until they flow again.
    ///
    /// 30 seconds.
    public var probe: Duration = .seconds(30)
    /// From a failover until every subscription delivers again.
    ///
    /// 15 seconds.
    public var failover: Duration = .seconds(15)
    /// How long a stall of the process under test lasts: more than every deadline that the bus was configured with.
    ///
    /// 6 seconds; a factor does not change it.
    public var stall: Duration = .seconds(6)
    /// Until the backend and other nodes have learned of a change.
    ///
    /// 1 second.
    public var settle: Duration = .seconds(1)
    /// How long `close()` may take.
    ///
    /// 5 seconds.
    public var close: Duration = .seconds(5)
    /// How long the bus keeps a channel whose last deferred subscription was cancelled.
    ///
    /// 500 milliseconds.
    public var linger: Duration = .milliseconds(500)
    /// How long one check may take in all.
    ///
    /// 5 minutes.
    public var check: Duration = .seconds(300)
    /// How many publishes may wait for an answer, if the bus has such a limit and declares it.
    public var publishesInFlight: Int?
    /// How many channels the bus restores with one command.
    ///
    /// 500.
    public var resubscribeBatch = 500
    /// The least time over which the reconnects of ten buses spread that lost their backend at one moment.
    ///
    /// 5 milliseconds, which jitter of 100 milliseconds misses once in some hundred million times.
    public var reconnectSpread: Duration = .milliseconds(5)

    /// Creates the default bounds.
    public init() {}

    /// Creates the default bounds, each multiplied by one factor.
    ///
    /// - Parameter factor: Larger than one for a slow machine or a distant backend. What the bus declares of itself stays.
    public init(scaledBy factor: Double) {
        self.subscribe = self.subscribe * factor
        self.deliver = self.deliver * factor
        self.publishDeadline = self.publishDeadline * factor
        self.liveness = self.liveness * factor
        self.reconnect = self.reconnect * factor
        self.probe = self.probe * factor
        self.failover = self.failover * factor
        self.settle = self.settle * factor
        self.close = self.close * factor
        self.check = self.check * factor
    }
}
