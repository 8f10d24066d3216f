import NIOCore
import Testing

@testable import RedisBus

@Suite("Which other nodes are silent", .timeLimit(.minutes(1)))
struct RedisPeerTableTests {
    private static let own = RedisPeerNote.NodeID(high: 0, low: 0)
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private var table = RedisPeerTable(own: Self.own, interval: .seconds(5))

    @Test mutating func aNodeIsMissedWhenThreeNotesAreOverdue() {
        self.hear(1, "b")
        self.hear(2, "a", every: .seconds(10))
        #expect(self.silent(after: .seconds(16)) == [])
        #expect(self.silent(after: .seconds(16) + .nanoseconds(1)) == ["b"])
        #expect(self.silent(after: .seconds(31) + .nanoseconds(1)) == ["a", "b"])
        self.hear(1, "b", at: .seconds(32))
        #expect(self.silent(after: .seconds(32)) == ["a"])
        #expect(self.table.count == 2)
    }

    @Test mutating func aNodeIsPresumedGoneAMinuteLater() {
        self.hear(1, "b")
        #expect(self.silent(after: .seconds(76)) == ["b"])
        #expect(self.silent(after: .seconds(76) + .nanoseconds(1)) == [])
        #expect(self.table.count == 0)
        self.hear(1, "b", at: .seconds(80))
        #expect(self.silent(after: .seconds(97)) == ["b"], "it has come back and is silent again")
    }

    @Test mutating func aNodeThatSaysGoodbyeIsNotMissed() {
        self.hear(1, "b")
        #expect(self.silent(after: .seconds(20)) == ["b"])
        self.hear(1, "b", .leaving, at: .seconds(21))
        #expect(self.silent(after: .seconds(22)) == [])
        #expect(self.table.count == 0)
        self.hear(2, "c", .leaving, at: .seconds(22))
        #expect(self.table.count == 0, "the goodbye of a node nobody knew")
    }

    @Test mutating func whoCouldNotBeHeardIsExcused() {
        self.hear(1, "b")
        self.table.excuse(self.start + .seconds(15))
        #expect(self.silent(after: .seconds(31)) == [])
        #expect(self.silent(after: .seconds(32)) == ["b"])
    }

    @Test mutating func itsOwnNotesMeanNothing() {
        self.table.heard(Self.note(0, "self", .alive, .seconds(5)), self.start)
        #expect(self.table.count == 0)
    }

    @Test mutating func manyNodesSpeakMoreRarely() {
        #expect(self.table.interval == .seconds(5))
        for node in 1...49 { self.hear(UInt64(node), "n") }
        #expect(self.table.interval == .seconds(5), "fifty nodes, this one among them")
        self.hear(50, "n")
        #expect(self.table.interval > .seconds(5))
        for node in 51...99 { self.hear(UInt64(node), "n") }
        #expect(self.table.interval == .seconds(10))
        for node in 100...499 { self.hear(UInt64(node), "n") }
        #expect(self.table.interval == .seconds(50))
        for node in 1...499 { self.hear(UInt64(node), "n", .leaving) }
        #expect(self.table.interval == .seconds(5))
    }

    @Test mutating func theNumberOfNodesIsBounded() {
        for node in 1...20_000 { self.hear(UInt64(node), "n") }
        #expect(self.table.count == 10_000)
        #expect(self.table.interval == .milliseconds(1_000_100), "of 10,001 nodes")
        self.hear(1, "n", at: .seconds(40))
        #expect(self.silent(after: .seconds(41)).count == 9_999, "those it knows are still heard")
    }

    @Test(arguments: [(UInt32(0), 1), (1, 1), (.max, 3 * 3_600 + 1)] as [(UInt32, Int64)])
    mutating func anIntervalThatMakesNoSenseIsBounded(_ interval: UInt32, _ limit: Int64) {
        var note = Self.note(1, "b", .alive, .zero)
        note.interval = interval
        self.table.heard(note, self.start)
        #expect(self.silent(after: .seconds(limit)) == [])
        #expect(self.silent(after: .seconds(limit) + .milliseconds(31)) == ["b"])
    }

    @Test mutating func timeThatDoesNotMoveMakesNobodySilent() {
        self.hear(1, "b", at: .seconds(10))
        #expect(self.silent(after: .zero) == [], "a clock that is behind")
    }

    private mutating func hear(
        _ node: UInt64,
        _ name: String,
        _ kind: RedisPeerNote.Kind = .alive,
        every interval: TimeAmount = .seconds(5),
        at time: TimeAmount = .zero
    ) {
        self.table.heard(Self.note(node, name, kind, interval), self.start + time)
    }

    private mutating func silent(after time: TimeAmount) -> [String] {
        self.table.silent(self.start + time)
    }

    private static func note(
        _ node: UInt64,
        _ name: String,
        _ kind: RedisPeerNote.Kind,
        _ interval: TimeAmount
    ) -> RedisPeerNote {
        RedisPeerNote(kind: kind, node: .init(high: 0, low: node), interval: interval, name: name)
    }
}
