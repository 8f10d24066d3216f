import NIOCore

/// What a sentinel says of the service that it watches, in its reply to `SENTINEL MASTER`.
struct RedisSentinelAnswer: Equatable {
    var primary: RedisEndpoint
    /// Counts failovers: of two answers the one with the higher epoch is the later one.
    var epoch: Int

    /// Reads the reply: names and values in turn.
    init?(_ reply: RedisReply) {
        let fields = Self.fields(reply)
        guard
            let host = fields["ip"], !host.isEmpty,
            let port = fields["port"].flatMap(UInt16.init), port > 0
        else { return nil }
        self.primary = .tcp(host: host, port: Int(port))
        self.epoch = fields["config-epoch"].flatMap(Int.init) ?? 0
    }

    /// The addresses of other sentinels in the reply to `SENTINEL SENTINELS`.
    static func sentinels(_ reply: RedisReply) -> [RedisEndpoint] {
        guard case .array(let entries) = reply else { return [] }
        return entries.compactMap { entry in
            let fields = Self.fields(entry)
            guard let host = fields["ip"], !host.isEmpty, let port = fields["port"].flatMap(UInt16.init), port > 0
            else { return nil }
            return .tcp(host: host, port: Int(port))
        }
    }

    /// The answer to believe: of the highest epoch, and of those the one that most give.
    static func best(of answers: [RedisSentinelAnswer]) -> RedisSentinelAnswer? {
        guard let epoch = answers.map(\.epoch).max() else { return nil }
        let latest = answers.filter { $0.epoch == epoch }
        return latest.max { left, right in latest.count { $0 == left } < latest.count { $0 == right } }
    }

    private static func fields(_ reply: RedisReply) -> [String: String] {
        guard case .array(let parts) = reply else { return [:] }
        var fields: [String: String] = [:]
        for index in stride(from: 0, to: parts.count - 1, by: 2) {
            guard let name = parts[index].text, let value = parts[index + 1].text else { continue }
            fields[name] = value
        }
        return fields
    }
}
