/// The two kinds of channels of Redis, which know nothing of each other even where their names are the same.
enum RedisChannelKind {
    /// The channels of `PUBLISH`; in a cluster each message goes to all nodes.
    case ordinary
    /// The channels of `SPUBLISH`, since Redis 7; in a cluster each belongs to the nodes that serve the slot of its name.
    case shard
}
