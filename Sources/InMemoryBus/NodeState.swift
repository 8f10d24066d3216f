import BusCore

/// What the broker knows of one node.
struct NodeState {
    /// The number of the connection of its publishing half, while it is connected.
    var publishing: UInt64?
    /// The number of the connection of its subscribing half, while it is connected.
    var subscribing: UInt64?
    /// What it is subscribed to.
    var channels: Set<BusChannel> = []
    /// The halves that cannot be connected.
    var cut: InMemoryHalf = []
}
