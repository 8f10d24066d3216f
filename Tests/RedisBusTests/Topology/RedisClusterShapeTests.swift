import BusCore
import Testing

@testable import RedisBus

@Suite("The parts of a link to a cluster", .timeLimit(.minutes(1)))
struct RedisClusterShapeTests {
    private static let both: [RedisClusterMode] = [.classic, .sharded]

    @Test(arguments: Self.both)
    func beforeTheFirstMapThereIsOneShardNobodyKnows(_ mode: RedisClusterMode) {
        let shape = RedisClusterShape(mode: mode)
        #expect(!shape.isKnown)
        #expect(shape.parts.count == 2)
        let parts = shape.parts
        for slot in [0, 16_383] {
            let route = shape.route(ofSlot: slot)
            #expect(parts[route.publishing].publishes && parts[route.subscribing].subscribes)
            #expect(shape.primary(ofPart: route.publishing) == nil)
        }
    }

    @Test(arguments: Self.both)
    func theFirstMapGivesEachShardItsParts(_ mode: RedisClusterMode) {
        var shape = RedisClusterShape(mode: mode)
        let change = shape.apply(self.map(["a": [0...99], "b": [100...199], "c": [200...16_383]]))
        #expect(change == .init(isRearranged: true, moved: []))
        #expect(shape.isKnown)
        #expect(shape.parts.count == (mode == .classic ? 4 : 6))
        #expect(shape.parts.allSatisfy { !$0.isRetired })
        #expect(self.owners(shape, [0, 99, 100, 199, 200, 16_383]) == ["a", "a", "b", "b", "c", "c"])
        #expect(shape.apply(self.map(["a": [0...99], "b": [100...199], "c": [200...16_383]])) == .init())
    }

    @Test(arguments: Self.both)
    func aFailoverReconnectsTheShardsPartsAndNoOther(_ mode: RedisClusterMode) {
        var shape = RedisClusterShape(mode: mode)
        _ = shape.apply(self.map(["a": [0...99], "b": [100...199]]))
        let before = [0, 100].map(shape.route(ofSlot:))
        let change = shape.apply(self.map(["a": [0...99], "b2": [100...199]]))
        #expect(!change.isRearranged)
        #expect(change.moved == Set(shape.parts(ofShard: 1)))
        #expect([0, 100].map(shape.route(ofSlot:)) == before)
        #expect(self.owners(shape, [0, 100]) == ["a", "b2"])
    }

    @Test func aSlotThatMovesBetweenShardsMovesItsRouteInShardedMode() {
        var shape = RedisClusterShape(mode: .sharded)
        _ = shape.apply(self.map(["a": [0...99], "b": [100...199]]))
        #expect(shape.apply(self.map(["a": [0...98], "b": [99...199]])) == .init(isRearranged: true))
        #expect(self.owners(shape, [98, 99]) == ["a", "b"])
    }

    @Test func aSlotThatMovesBetweenShardsKeepsItsRouteInClassicMode() throws {
        var shape = RedisClusterShape(mode: .classic)
        _ = shape.apply(self.map(["a": [0...99], "b": [100...199]]))
        let before = shape.route(ofSlot: 99)
        #expect(shape.apply(self.map(["a": [0...98], "b": [99...199]])) == .init())
        #expect(try shape.apply(self.moved(99, "b")) == .init())
        #expect(shape.route(ofSlot: 99) == before)
        #expect(shape.apply(self.map(["b": [0...199]])).isRearranged, "its shard is gone")
        #expect(self.owners(shape, [0, 99, 150]) == ["b", "b", "b"])
    }

    @Test func aRedirectionToAKnownPrimaryMovesOneSlot() throws {
        var shape = RedisClusterShape(mode: .sharded)
        _ = shape.apply(self.map(["a": [0...99], "b": [100...199]]))
        #expect(try shape.apply(self.moved(5, "b")) == .init(isRearranged: true))
        #expect(self.owners(shape, [4, 5, 6]) == ["a", "b", "a"])
        #expect(try shape.apply(self.moved(5, "b")) == .init(), "known by now")
        #expect(shape.firstSlot(ofPart: shape.route(ofSlot: 5).publishing) == 5)
    }

    @Test(arguments: Self.both)
    func aRedirectionToAnUnknownPrimaryNeedsTheWholeMap(_ mode: RedisClusterMode) throws {
        var shape = RedisClusterShape(mode: mode)
        #expect(try shape.apply(self.moved(5, "a")) == nil, "no map yet")
        _ = shape.apply(self.map(["a": [0...99], "b": [100...199]]))
        #expect(try shape.apply(self.moved(5, "c")) == nil)
        _ = shape.apply(self.map(["a": [0...199]]))
        #expect(try shape.apply(self.moved(5, "b")) == nil, "a retired one is unknown")
    }

    @Test(arguments: Self.both)
    func aShardThatDisappearsIsRetiredAndItsPartsAreUsedAgain(_ mode: RedisClusterMode) {
        var shape = RedisClusterShape(mode: mode)
        _ = shape.apply(self.map(["a": [0...99], "b": [100...199], "c": [200...299]]))
        let count = shape.parts.count
        #expect(shape.apply(self.map(["a": [0...199], "c": [200...299]])).isRearranged)
        let retired = shape.parts.indices.filter { shape.parts[$0].isRetired }
        #expect(retired == shape.parts(ofShard: 1))
        #expect(retired.allSatisfy { shape.primary(ofPart: $0) == nil && shape.firstSlot(ofPart: $0) == nil })
        #expect(shape.apply(self.map(["a": [0...149], "c": [200...299], "d": [150...199]])).isRearranged)
        #expect(shape.parts.count == count)
        #expect(shape.parts.allSatisfy { !$0.isRetired })
        #expect(shape.primary(ofPart: shape.parts(ofShard: 1)[0]) == .at("d", 1))
    }

    /// Shards that come and go in numbers must not use up the parts.
    @Test(arguments: Self.both)
    func severalShardsThatComeBackAtOnceUseTheRetiredParts(_ mode: RedisClusterMode) {
        var shape = RedisClusterShape(mode: mode)
        let wide = self.map(["a": [0...99], "b": [100...199], "c": [200...299], "d": [300...399]])
        _ = shape.apply(wide)
        let count = shape.parts.count
        for _ in 0..<3 {
            _ = shape.apply(self.map(["a": [0...399]]))
            _ = shape.apply(wide)
        }
        #expect(shape.parts.count == count)
    }

    /// A slot that no node serves for a while has a route all the same, or its channels would count as well served.
    @Test(arguments: Self.both)
    func aSlotThatNobodyServesLeadsToAPartInUse(_ mode: RedisClusterMode) {
        var shape = RedisClusterShape(mode: mode)
        _ = shape.apply(self.map(["a": [0...99], "b": [100...199]]))
        #expect(shape.apply(self.map(["a": [0...99]])).isRearranged)
        let route = shape.route(ofSlot: 150)
        #expect(!shape.parts[route.publishing].isRetired)
        #expect(!shape.parts[route.subscribing].isRetired)
    }

    @Test(arguments: Self.both)
    func moreShardsThanPartsAreServedByTheFirst(_ mode: RedisClusterMode) {
        var shape = RedisClusterShape(mode: mode)
        let shards = (0..<200).map { RedisSlotMap.Shard(primary: .at("n\($0)", 1), slots: [$0...$0]) }
        _ = shape.apply(RedisSlotMap(shards: shards))
        #expect(shape.parts.count <= 256)
        #expect(self.owners(shape, [0, 126, 127, 199]) == ["n0", "n126", "n0", "n0"])
        #expect(shape.apply(RedisSlotMap(shards: shards)) == .init(), "nothing has changed")
    }

    private func map(_ shards: KeyValuePairs<String, [ClosedRange<Int>]>) -> RedisSlotMap {
        RedisSlotMap(shards: shards.map { RedisSlotMap.Shard(primary: .at($0, 1), slots: $1) })
    }

    private func moved(_ slot: Int, _ host: String) throws -> RedisMoved {
        try #require(RedisMoved("MOVED \(slot) \(host):1", from: .at("", 1)))
    }

    /// The hosts that what is published to these slots goes to.
    private func owners(_ shape: RedisClusterShape, _ slots: [Int]) -> [String] {
        slots.map { slot in
            guard case .tcp(let host, _) = shape.primary(ofPart: shape.route(ofSlot: slot).publishing) else {
                return ""
            }
            return host
        }
    }
}
