/// What a node of a Redis Cluster says of a slot that it does not serve: `MOVED 3999 127.0.0.1:6381`.
///
/// Source: the Redis cluster specification, "MOVED Redirection".
struct RedisMoved: Equatable {
    var slot: Int
    var endpoint: RedisEndpoint

    /// Reads an error reply; nil if it is no `MOVED`.
    ///
    /// - Parameters:
    ///   - error: The error reply.
    ///   - asked: The node that was asked, whose host stands in for one that the error leaves out.
    init?(_ error: String, from asked: RedisEndpoint) {
        let parts = error.split(separator: " ")
        guard parts.count == 3, parts[0] == "MOVED", let slot = Int(parts[1]), (0..<RedisKeySlot.count).contains(slot)
        else { return nil }
        guard let colon = parts[2].lastIndex(of: ":"), let port = UInt16(parts[2][parts[2].index(after: colon)...]),
            port > 0
        else { return nil }
        var host = String(parts[2][..<colon])
        if host.isEmpty || host == "?" {
            guard case .tcp(let asked, _) = asked else { return nil }
            host = asked
        }
        self.slot = slot
        self.endpoint = .tcp(host: host, port: Int(port))
    }
}
