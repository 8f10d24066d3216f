/// What a connection tells its link, besides what it reports to the bus.
enum RedisNews {
    /// The server says what it is.
    case role(RedisServerRole)
    /// This node's own probe has come back.
    case probe(RedisProbe)
    /// The node of the cluster that was to carry a probe does not serve its channel any more.
    case probeStrayed
    /// Another node tells of itself.
    case peer(RedisPeerNote)
    /// The nodes' common channel is subscribed to.
    case hearsPeers
    /// The oldest publish of a link that follows slots was answered: nil if it was accepted, or the error.
    case answered(error: String?)
    /// Subscriptions were refused because their slot has moved.
    case subscriptionsMoved(tokens: [UInt64], error: String)
    /// The server has ended a subscription by itself.
    case withdrawn(RedisWithdrawal)
}
