import BusCore
import Testing

@testable import RedisBus

/// Random histories of a cluster, and what has to be true after each of their maps.
@Suite("The parts of a link to a cluster that changes at random", .timeLimit(.minutes(1)))
struct RedisClusterShapePropertyTests {
    @Test(arguments: [RedisClusterMode.classic, .sharded], 1...15)
    func routesLeadToPartsThatServeThem(_ mode: RedisClusterMode, _ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var cluster = Cluster(using: &random)
        var shape = RedisClusterShape(mode: mode)
        var before: RedisClusterShape?
        for _ in 0..<20 {
            cluster.change(using: &random)
            if Bool.random(using: &random), before != nil {
                let slot = cluster.boundaries.randomElement(using: &random) ?? 0
                let moved = try #require(RedisMoved("MOVED \(slot) \(cluster.owner(slot)):1", from: .at("", 1)))
                let change = shape.apply(moved)
                #expect(change == nil || change?.moved == [])
                if mode == .sharded, change != nil { #expect(self.owner(shape, slot) == cluster.owner(slot)) }
                before = shape
            }
            let change = shape.apply(cluster.map)
            self.check(shape, cluster)
            if let before { self.check(change, from: before, to: shape, cluster) }
            #expect(shape.apply(cluster.map) == .init(), "the same map once more")
            before = shape
        }
        #expect(shape.parts.count <= 2 * Cluster.maximumShards + 2, "retired parts are used again")
    }

    private func check(_ shape: RedisClusterShape, _ cluster: Cluster) {
        let parts = shape.parts
        for slot in cluster.boundaries {
            let route = shape.route(ofSlot: slot)
            #expect(parts[route.publishing].publishes && parts[route.subscribing].subscribes)
            switch shape.mode {
            case .sharded:
                #expect(self.owner(shape, slot) == cluster.owner(slot))
                #expect(shape.shard(ofPart: route.publishing) == shape.shard(ofPart: route.subscribing))
            case .classic:
                #expect(route.subscribing == 0)
                #expect(cluster.primaries.contains(self.owner(shape, slot)), "any node of the cluster takes a publish")
            }
        }
        for part in parts.indices {
            guard let shard = shape.shard(ofPart: part) else { continue }
            #expect(shape.parts(ofShard: shard).contains(part))
            #expect((shape.primary(ofPart: part) == nil) == parts[part].isRetired)
        }
    }

    private func check(
        _ change: RedisClusterShape.Change,
        from before: RedisClusterShape,
        to after: RedisClusterShape,
        _ cluster: Cluster
    ) {
        #expect(after.parts.count >= before.parts.count)
        for (old, new) in zip(before.parts, after.parts) {
            #expect(old.role == new.role && old.name == new.name, "an index stands for one part")
        }
        let moved = before.parts.indices.filter {
            let primaries = (before.primary(ofPart: $0), after.primary(ofPart: $0))
            return primaries.0 != nil && primaries.1 != nil && primaries.0 != primaries.1
        }
        #expect(change.moved == Set(moved))
        let isRearranged =
            before.parts != after.parts
            || cluster.boundaries.contains { before.route(ofSlot: $0) != after.route(ofSlot: $0) }
        #expect(change.isRearranged == isRearranged)
        guard before.mode == .classic else { return }
        for slot in cluster.boundaries {
            let part = before.route(ofSlot: slot).publishing
            #expect(
                after.parts[part].isRetired || after.route(ofSlot: slot).publishing == part,
                "a route that could stay"
            )
        }
    }

    private func owner(_ shape: RedisClusterShape, _ slot: Int) -> String {
        guard case .tcp(let host, _) = shape.primary(ofPart: shape.route(ofSlot: slot).publishing) else { return "" }
        return host
    }
}

/// A cluster of which each slot is served.
private struct Cluster {
    static let maximumShards = 8
    /// Where slots begin that are served together, and the slots before these.
    let boundaries: [Int]
    private let starts: [Int]
    private var owners: [String] = []
    private var nextNode = 0

    init(using random: inout SeededGenerator) {
        self.starts = [0] + (1..<24).map { $0 * 600 + Int.random(in: 0..<600, using: &random) }
        self.boundaries = Array(Set(self.starts + self.starts.dropFirst().map { $0 - 1 } + [16_383])).sorted()
        self.owners = self.starts.map { _ in "n0" }
    }

    var primaries: Set<String> { Set(self.owners) }

    func owner(_ slot: Int) -> String {
        let range = self.starts.lastIndex { $0 <= slot } ?? 0
        return self.owners[range]
    }

    var map: RedisSlotMap {
        var shards: [String: RedisSlotMap.Shard] = [:]
        for (index, owner) in self.owners.enumerated() {
            let last = index + 1 < self.starts.count ? self.starts[index + 1] - 1 : 16_383
            shards[owner, default: .init(primary: .at(owner, 1))].slots.append(self.starts[index]...last)
        }
        return RedisSlotMap(shards: shards.keys.sorted().compactMap { shards[$0] })
    }

    mutating func change(using random: inout SeededGenerator) {
        let primaries = self.primaries.sorted()
        let one = primaries[Int.random(in: 0..<primaries.count, using: &random)]
        let other = primaries[Int.random(in: 0..<primaries.count, using: &random)]
        switch Int.random(in: 0..<5, using: &random) {
        case 0: self.give(self.owners.indices.filter { self.owners[$0] == one }, to: self.newNode())
        case 1: self.give(self.owners.indices.filter { self.owners[$0] == one }, to: other)
        case 2 where primaries.count < Self.maximumShards:
            let node = self.newNode()
            self.give(self.owners.indices.filter { _ in Int.random(in: 0..<6, using: &random) == 0 }, to: node)
        case 3:
            self.owners.shuffle(using: &random)
        default: self.give([Int.random(in: 0..<self.owners.count, using: &random)], to: one)
        }
    }

    private mutating func newNode() -> String {
        self.nextNode += 1
        return "n\(self.nextNode)"
    }

    private mutating func give(_ ranges: [Int], to node: String) {
        for range in ranges { self.owners[range] = node }
    }
}
