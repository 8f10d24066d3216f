import BusCore

/// The parts of a link to a Redis Cluster, and which of them serves a slot.
///
/// A value: a new slot map comes in, what has to change comes out. A part stands for a shard, whoever is its primary, so that a
/// failover is a reconnect of the shard's parts and touches no other.
struct RedisClusterShape {
    /// What a new slot map means for the link.
    struct Change: Equatable {
        /// Whether parts or routes have changed.
        var isRearranged = false
        /// Parts whose server is not the right one any more.
        var moved: Set<Int> = []
    }

    /// A shard as the link knows it.
    private struct Shard {
        var primary: RedisEndpoint?
        var isRetired = false
    }

    let mode: RedisClusterMode
    private var shards = [Shard(primary: nil)]
    /// The shard of each slot.
    private var shardOfSlot = [UInt16](repeating: 0, count: RedisKeySlot.count)
    private(set) var replicas: [RedisEndpoint] = []
    /// Parts of a link are at most 256.
    private static let maximumShards = 127

    init(mode: RedisClusterMode) {
        self.mode = mode
    }

    /// Whether a slot map has come in yet.
    var isKnown: Bool { self.shards.contains { $0.primary != nil } }

    // MARK: Parts

    /// Classic: one part subscribes, and each shard has one that publishes.
    ///
    /// Sharded: each shard has one that publishes and one that subscribes.
    var parts: [BusLinkPart] {
        switch self.mode {
        case .classic:
            return [BusLinkPart(role: .subscribing, name: "subscribing connection to the Redis Cluster")]
                + self.shards.indices.map { self.part($0, .publishing, "publishing") }
        case .sharded:
            return self.shards.indices.flatMap {
                [self.part($0, .publishing, "publishing"), self.part($0, .subscribing, "subscribing")]
            }
        }
    }

    private func part(_ shard: Int, _ role: BusLinkPart.Role, _ verb: String) -> BusLinkPart {
        BusLinkPart(
            role: role,
            name: "\(verb) connection to shard \(shard + 1) of the Redis Cluster",
            isRetired: self.shards[shard].isRetired
        )
    }

    func route(ofSlot slot: Int) -> BusRoute {
        let shard = Int(self.shardOfSlot[slot])
        switch self.mode {
        case .classic: return BusRoute(publishing: shard + 1, subscribing: 0)
        case .sharded: return BusRoute(publishing: 2 * shard, subscribing: 2 * shard + 1)
        }
    }

    /// The shard that a part belongs to; nil for the one subscribing part of the classic mode.
    func shard(ofPart part: Int) -> Int? {
        switch self.mode {
        case .classic: part == 0 ? nil : part - 1
        case .sharded: part / 2
        }
    }

    /// The parts of a shard.
    func parts(ofShard shard: Int) -> [Int] {
        switch self.mode {
        case .classic: [shard + 1]
        case .sharded: [2 * shard, 2 * shard + 1]
        }
    }

    func primary(ofPart part: Int) -> RedisEndpoint? {
        self.shard(ofPart: part).flatMap { self.shards[$0].primary }
    }

    /// The lowest slot of the shard of a part; nil if it has none.
    func firstSlot(ofPart part: Int) -> Int? {
        guard let shard = self.shard(ofPart: part) else { return nil }
        return self.shardOfSlot.firstIndex(of: UInt16(shard))
    }

    // MARK: News

    /// Takes a new slot map.
    mutating func apply(_ map: RedisSlotMap) -> Change {
        var change = Change()
        let isFirst = !self.isKnown
        self.replicas = map.replicas
        let matches = self.match(map.shards)
        var used: Set<Int> = []
        for (index, shard) in matches.enumerated() where used.insert(shard).inserted {
            let primary = map.shards[index].primary
            if self.shards[shard].isRetired { change.isRearranged = true }
            if let before = self.shards[shard].primary, before != primary {
                change.moved.formUnion(self.parts(ofShard: shard))
            }
            self.shards[shard] = Shard(primary: primary)
        }
        self.retire(allBut: used, &change)
        self.assign(map, matches, isFirst: isFirst, &change)
        return change
    }

    /// Takes the news that a slot is served by the primary at an address.
    ///
    /// - Returns: What has to change; nil if no shard has that primary, so that the whole map has to be asked for.
    mutating func apply(_ moved: RedisMoved) -> Change? {
        guard let shard = self.shards.firstIndex(where: { !$0.isRetired && $0.primary == moved.endpoint }) else {
            return nil
        }
        guard self.mode == .sharded, self.shardOfSlot[moved.slot] != UInt16(shard) else { return Change() }
        self.shardOfSlot[moved.slot] = UInt16(shard)
        return Change(isRearranged: true)
    }

    /// Finds out which known shard each shard of a map is: the one with its primary, or else the one that most of its slots are
    /// of, or else a new one.
    private mutating func match(_ fresh: [RedisSlotMap.Shard]) -> [Int] {
        var taken: Set<Int> = []
        var matches = fresh.map { shard in
            self.shards.firstIndex { !$0.isRetired && $0.primary == shard.primary }
        }
        for match in matches { if let match { taken.insert(match) } }
        for index in fresh.indices where matches[index] == nil {
            matches[index] = self.largestOverlap(fresh[index].slots, taken) ?? self.makeShard(taken)
            taken.insert(matches[index] ?? 0)
        }
        return matches.map { $0 ?? 0 }
    }

    private func largestOverlap(_ slots: [ClosedRange<Int>], _ taken: Set<Int>) -> Int? {
        var counts: [Int: Int] = [:]
        for slot in slots.joined() { counts[Int(self.shardOfSlot[slot]), default: 0] += 1 }
        let candidates = counts.filter { !taken.contains($0.key) && !self.shards[$0.key].isRetired }
        return candidates.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    /// Finds a shard that is not in use; the first one serves as well what would need more parts than a link may have.
    private mutating func makeShard(_ taken: Set<Int>) -> Int {
        for shard in self.shards.indices where self.shards[shard].isRetired && !taken.contains(shard) { return shard }
        guard self.shards.count < Self.maximumShards else { return 0 }
        self.shards.append(Shard(primary: nil, isRetired: true))
        return self.shards.count - 1
    }

    private mutating func retire(allBut used: Set<Int>, _ change: inout Change) {
        for shard in self.shards.indices where !used.contains(shard) && !self.shards[shard].isRetired {
            self.shards[shard] = Shard(primary: nil, isRetired: true)
            change.isRearranged = true
        }
    }

    /// Gives the slots to their shards.
    ///
    /// In classic mode every node takes every message, so a channel stays with the shard it is published at as long as that
    /// exists: to change it while messages are under way inside the cluster could let a later one overtake an earlier one.
    private mutating func assign(_ map: RedisSlotMap, _ matches: [Int], isFirst: Bool, _ change: inout Change) {
        for (index, shard) in map.shards.enumerated() {
            for slot in shard.slots.joined() where self.shardOfSlot[slot] != UInt16(matches[index]) {
                let isUnassigned = isFirst || self.shards[Int(self.shardOfSlot[slot])].isRetired
                guard self.mode == .sharded || isUnassigned else { continue }
                self.shardOfSlot[slot] = UInt16(matches[index])
                change.isRearranged = true
            }
        }
        // A slot that nobody serves now has a route all the same: its server says so, and its channels count as unserved.
        guard let first = matches.first else { return }
        for slot in self.shardOfSlot.indices where self.shards[Int(self.shardOfSlot[slot])].isRetired {
            self.shardOfSlot[slot] = UInt16(first)
            change.isRearranged = true
        }
    }
}
