/// Which of Redis' two families of channels a connection uses.
enum RedisPubSubMode {
    /// `PUBLISH` and `SUBSCRIBE`: a channel belongs to the whole server or cluster.
    case classic
    /// `SPUBLISH` and `SSUBSCRIBE`: a channel belongs to the shard of its hash slot.
    case sharded
}
