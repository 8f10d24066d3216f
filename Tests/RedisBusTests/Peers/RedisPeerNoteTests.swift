import NIOCore
import Testing

@testable import RedisBus

@Suite("Notes that nodes send each other", .timeLimit(.minutes(1)))
struct RedisPeerNoteTests {
    private let node = RedisPeerNote.NodeID(high: 0x0102_0304_0506_0708, low: .max)

    @Test(arguments: [RedisPeerNote.Kind.alive, .leaving], ["", "host:1", "Gerät\n"])
    func comeThroughAsTheyWere(_ kind: RedisPeerNote.Kind, _ name: String) {
        let note = RedisPeerNote(kind: kind, node: self.node, interval: .seconds(5), name: name)
        #expect(note.interval == 5_000)
        #expect(RedisPeerNote(note.payload) == note)
    }

    @Test func haveAFixedLayout() {
        let note = RedisPeerNote(kind: .leaving, node: self.node, interval: .milliseconds(258), name: "n")
        let bytes: [UInt8] = [1, 2, 1, 2, 3, 4, 5, 6, 7, 8] + Array(repeating: 0xFF, count: 8) + [0, 0, 1, 2, 0x6E]
        #expect(Array(note.payload.readableBytesView) == bytes)
    }

    @Test(arguments: [
        (TimeAmount.nanoseconds(-1), UInt32(0)), (.seconds(-5), 0), (.nanoseconds(.min), 0), (.nanoseconds(.max), .max),
        (.nanoseconds(999_999), 0),
    ])
    func anIntervalFitsItsField(_ interval: TimeAmount, _ milliseconds: UInt32) {
        let note = RedisPeerNote(kind: .alive, node: self.node, interval: interval, name: "")
        #expect(note.interval == milliseconds)
    }

    /// A name that is cut in the middle of a character would make the whole note unreadable.
    @Test(arguments: ["a", "é", "€", "🦆"], 0..<4)
    func aLongNameIsCutBetweenCharacters(_ character: String, _ shift: Int) throws {
        let name = String(repeating: "x", count: shift) + String(repeating: character, count: 300)
        let note = RedisPeerNote(kind: .alive, node: self.node, interval: .seconds(1), name: name)
        let read = try #require(RedisPeerNote(note.payload), "the note cannot be read")
        #expect(name.hasPrefix(read.name))
        #expect((253...256).contains(read.name.utf8.count))
    }

    @Test func aNoteThatIsCutOffIsNone() {
        let whole = RedisPeerNote(kind: .alive, node: self.node, interval: .seconds(1), name: "").payload
        for length in 0..<whole.readableBytes {
            #expect(RedisPeerNote(ByteBuffer(bytes: whole.readableBytesView.prefix(length))) == nil)
        }
    }

    @Test(arguments: [(0, UInt8(0)), (0, 2), (0, 255), (1, 0), (1, 3), (22, 0xFF)])
    func aNoteOfAnotherKindIsNone(_ index: Int, _ byte: UInt8) {
        var payload = RedisPeerNote(kind: .alive, node: self.node, interval: .seconds(1), name: "name").payload
        payload.setInteger(byte, at: index)
        #expect(RedisPeerNote(payload) == nil)
    }

    @Test func aNameThatIsTooLongIsNoNote() {
        var payload = RedisPeerNote(kind: .alive, node: self.node, interval: .seconds(1), name: "").payload
        payload.writeRepeatingByte(0x61, count: 257)
        #expect(RedisPeerNote(payload) == nil)
    }
}
