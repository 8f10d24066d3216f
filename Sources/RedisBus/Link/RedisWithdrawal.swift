import NIOCore

/// A subscription that the server has ended by itself.
enum RedisWithdrawal: Equatable {
    /// A channel of the bus, as the bus names it.
    case channel(ByteBuffer)
    /// The channel on which this node receives its own probes.
    case probes
    /// The channel that all nodes share.
    case notes
}
