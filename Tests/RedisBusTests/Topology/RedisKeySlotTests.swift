import NIOCore
import Testing

@testable import RedisBus

/// Known values are those of the Redis cluster specification, and of `CLUSTER KEYSLOT` of a server.
@Suite("The hash slot of a name", .timeLimit(.minutes(1)))
struct RedisKeySlotTests {
    @Test func isTheCyclicRedundancyCheckOfTheSpecification() {
        #expect(RedisKeySlot.of("123456789".utf8) == 0x31C3)
    }

    @Test(arguments: [
        ("", 0), ("a", 15_495), ("foo", 12_182), ("bar", 5_061), ("hello", 866), ("somekey", 11_058),
        ("foo{hash_tag}", 2_515),
    ])
    func isThatOfTheServer(_ name: String, _ slot: Int) {
        #expect(RedisKeySlot.of(name.utf8) == slot)
    }

    @Test(arguments: [
        ("{user1000}.following", "user1000"), ("foo{bar}{zap}", "bar"), ("foo{{bar}}zap", "{bar"), ("a}b{c}", "c"),
        ("{x}", "x"), ("pre{ }", " "),
    ])
    func isThatOfTheHashTag(_ name: String, _ tag: String) {
        #expect(RedisKeySlot.of(name.utf8) == Self.plainSlot(of: tag))
    }

    @Test(arguments: ["foo{}{bar}", "{}", "{", "}", "foo{bar", "foo}bar{", "{}{x}", "plain", ""])
    func isThatOfTheWholeNameWithoutAHashTag(_ name: String) {
        #expect(RedisKeySlot.of(name.utf8) == Self.plainSlot(of: name))
    }

    @Test func bytesThatAreNoTextHaveASlotToo() {
        for byte in UInt8.min...UInt8.max {
            #expect(RedisKeySlot.of([byte, 0xFF, 0]) == Self.plainSlot(of: [byte, 0xFF, 0]))
        }
    }

    @Test(arguments: [
        ("", "name"), ("p:", "name"), ("{app}:", "name"), ("a{", "b}c"), ("p:", "{x}y"), ("{}", "{x}"), ("p", ""),
    ])
    func aPrefixIsPartOfTheName(_ prefix: String, _ name: String) {
        let slot = RedisKeySlot.of(prefix: ByteBuffer(string: prefix), ByteBuffer(string: name))
        #expect(slot == RedisKeySlot.of((prefix + name).utf8))
    }

    @Test func aSliceCountsFromItsOwnBeginning() throws {
        var buffer = ByteBuffer(string: "xx{a}yy")
        buffer.moveReaderIndex(forwardBy: 2)
        let slice = buffer.readSlice(length: 3)
        let name = try #require(slice)
        #expect(RedisKeySlot.of(prefix: ByteBuffer(), name) == RedisKeySlot.of("a".utf8))
    }

    @Test func everySlotHasATagOfItsOwn() {
        var tags: Set<String> = []
        for slot in 0..<RedisKeySlot.count {
            let tag = RedisSlotTags.tag(ofSlot: slot)
            #expect(!tag.isEmpty && tag.utf8.count <= 5)
            #expect(RedisKeySlot.of("anything:{\(tag)}".utf8) == slot)
            tags.insert(tag)
        }
        #expect(tags.count == RedisKeySlot.count)
    }

    /// The slot of bytes whose braces mean nothing, bit by bit.
    private static func plainSlot(of bytes: some Sequence<UInt8>) -> Int {
        var crc: UInt32 = 0
        for byte in bytes {
            crc ^= UInt32(byte) << 8
            for _ in 0..<8 { crc = crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1_1021 }
        }
        return Int(crc % 16_384)
    }

    private static func plainSlot(of text: String) -> Int { Self.plainSlot(of: text.utf8) }
}
