/// Which commands carry messages in a Redis Cluster.
public enum RedisClusterMode: Sendable, Hashable {
    /// `PUBLISH` and `SUBSCRIBE`: every node of the cluster hands every message on to all others.
    ///
    /// This is what ASP.NET Core SignalR uses: its nodes and these can serve a hub together.
    case classic

    /// `SPUBLISH` and `SSUBSCRIBE` of Redis 7: a message stays with the shard that its channel belongs to.
    ///
    /// Throughput grows with the number of shards. Nodes of ASP.NET Core SignalR do not take part.
    case sharded
}
