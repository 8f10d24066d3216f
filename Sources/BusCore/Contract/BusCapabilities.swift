/// What a bus promises beyond the rules that every bus keeps.
public struct BusCapabilities: Sendable, Hashable {
    /// How far ``BusSubscription/active(within:)`` reaches.
    public enum Barrier: Sendable, Hashable {
        /// A publish on any node, submitted afterwards, arrives.
        case cluster
        /// A publish on the same node arrives; other nodes follow a moment later.
        case node
    }

    /// How much of a loss the bus can see.
    public enum LossDetection: Sendable, Hashable {
        /// Every loss is marked by a gap.
        case complete
        /// Losses on this bus's own links are marked; the backend may lose messages inside without telling.
        case linkOnly
        /// Losses are not seen.
        case none
    }

    /// How far ``BusSubscription/active(within:)`` reaches.
    public var barrier: Barrier

    /// Whether all subscribers of a channel see all publishers' messages in one order.
    public var totalOrder: Bool

    /// Whether one publisher's messages to different channels arrive in the order they were submitted.
    public var crossChannelOrder: Bool

    /// How much of a loss the bus can see.
    public var lossDetection: LossDetection

    /// Whether ``PublishReceipt/receivers`` is the true number of subscribers on all nodes.
    public var countsReceivers: Bool

    /// Whether an accepted publish can no longer reach a subscription that is made afterwards.
    ///
    /// Not so where the backend accepts a message first and hands it on between its own nodes later.
    public var fencesPublishes: Bool

    /// Creates a set of promises.
    ///
    /// - Parameters:
    ///   - barrier: How far `active(within:)` reaches.
    ///   - totalOrder: Whether a channel has one order for all publishers.
    ///   - crossChannelOrder: Whether one publisher's order holds across channels.
    ///   - lossDetection: How much of a loss the bus can see.
    ///   - countsReceivers: Whether receipts carry the true number of subscribers.
    ///   - fencesPublishes: Whether an accepted publish can no longer reach a subscription that is made afterwards.
    public init(
        barrier: Barrier,
        totalOrder: Bool = false,
        crossChannelOrder: Bool = false,
        lossDetection: LossDetection,
        countsReceivers: Bool = false,
        fencesPublishes: Bool = true
    ) {
        self.barrier = barrier
        self.totalOrder = totalOrder
        self.crossChannelOrder = crossChannelOrder
        self.lossDetection = lossDetection
        self.countsReceivers = countsReceivers
        self.fencesPublishes = fencesPublishes
    }
}
