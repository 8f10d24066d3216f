/// What a server has told of itself while a connection signed in.
struct RedisServerFacts: Equatable {
    /// Whether it is a node of a Redis Cluster; nil if it has not said.
    var isClusterNode: Bool?
    /// What it is; nil if it has not said.
    var role: RedisServerRole?

    /// Reads the mode in the reply to `HELLO`: names and values in turn.
    mutating func take(hello reply: RedisReply) {
        guard case .array(let parts) = reply else { return }
        for index in stride(from: 0, to: parts.count - 1, by: 2) where parts[index].text == "mode" {
            self.isClusterNode = parts[index + 1].text == "cluster"
        }
    }
}
