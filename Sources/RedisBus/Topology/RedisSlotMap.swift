import NIOCore

/// Which nodes of a Redis Cluster serve which slots, as one of the nodes sees it.
struct RedisSlotMap: Equatable {
    /// A primary, its replicas, and the slots that it serves.
    struct Shard: Equatable {
        var primary: RedisEndpoint
        var replicas: [RedisEndpoint] = []
        var slots: [ClosedRange<Int>] = []
    }

    private(set) var shards: [Shard] = []

    init(shards: [Shard]) {
        self.shards = shards
    }

    /// Reads the reply to `CLUSTER SLOTS`; nil if it is none, or names no slot.
    ///
    /// - Parameters:
    ///   - reply: The reply.
    ///   - asked: The node that was asked, which stands in for an address that it leaves out.
    ///   - map: Translates announced addresses into ones that can be reached.
    init?(_ reply: RedisReply, from asked: RedisEndpoint, map: (RedisEndpoint) -> RedisEndpoint) {
        guard case .array(let ranges) = reply else { return nil }
        for range in ranges {
            guard
                case .array(let parts) = range, parts.count >= 3,
                case .integer(let first) = parts[0], case .integer(let last) = parts[1],
                0 <= first, first <= last, last < RedisKeySlot.count
            else { return nil }
            let nodes = parts[2...].compactMap { Self.node($0, asked).map(map) }
            guard let primary = nodes.first, nodes.count == parts.count - 2 else { return nil }
            self.add(Int(first)...Int(last), primary, Array(nodes.dropFirst()))
        }
        guard !self.shards.isEmpty else { return nil }
    }

    /// Every node, primaries first.
    var nodes: [RedisEndpoint] { self.shards.map(\.primary) + self.replicas }

    var replicas: [RedisEndpoint] { self.shards.flatMap(\.replicas) }

    private mutating func add(_ slots: ClosedRange<Int>, _ primary: RedisEndpoint, _ replicas: [RedisEndpoint]) {
        if let index = self.shards.firstIndex(where: { $0.primary == primary }) {
            self.shards[index].slots.append(slots)
        } else {
            self.shards.append(Shard(primary: primary, replicas: replicas, slots: [slots]))
        }
    }

    /// Reads `[host, port, id, …]`.
    private static func node(_ reply: RedisReply, _ asked: RedisEndpoint) -> RedisEndpoint? {
        guard
            case .array(let parts) = reply, parts.count >= 2,
            case .integer(let port) = parts[1], 0 < port, port < 65_536
        else { return nil }
        return Self.endpoint(host: parts[0].text ?? "", port: Int(port), asked)
    }

    /// The address that a node announces; one without a host, or with the mark of an unknown one, is the host that was asked.
    private static func endpoint(host: String, port: Int, _ asked: RedisEndpoint) -> RedisEndpoint? {
        guard host.isEmpty || host == "?" else { return .tcp(host: host, port: port) }
        guard case .tcp(let host, _) = asked else { return nil }
        return .tcp(host: host, port: port)
    }
}
