/// The bounds of a connection's outbound queue.
struct OutboundLimits: Sendable {
    /// How many bytes may wait, counting what the transport holds.
    var maximumBytes: Int
    /// How many messages may wait.
    var maximumMessages: Int
    /// What happens beyond.
    var policy: OutboundPolicy
}
