/// How the Redis servers that a bus uses belong together.
public enum RedisTopology: Sendable, Hashable {
    /// One primary.
    ///
    /// Several endpoints are candidates: the first one that answers as a primary is used.
    case server

    /// A primary that Redis Sentinel watches.
    ///
    /// The endpoints are those of the sentinels, which are asked where the primary is; `service` is the name under which they
    /// know it.
    case sentinel(service: String)

    /// Redis Cluster.
    ///
    /// The endpoints are those of some of its nodes, which are asked for the others.
    case cluster(RedisClusterMode)
}
