/// Where a part of a link is to be connected.
struct RedisPlace: Sendable, Equatable {
    var endpoint: RedisEndpoint
    /// Counts the changes of the servers that a link uses; its two parts belong to the same one.
    var generation = 0
    /// Whether a server that is a replica is the wrong one.
    var mustBePrimary = true
}
