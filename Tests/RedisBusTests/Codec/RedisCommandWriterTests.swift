import CHiredis
import NIOCore
import Testing

@testable import RedisBus

@Suite("Commands for Redis, against hiredis' formatter", .timeLimit(.minutes(1)))
struct RedisCommandWriterTests {
    @Test(arguments: [0, 1, 9, 10, 99, 100, 12_345, 100_000, 1_234_567])
    func publishes(_ length: Int) {
        let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        var writer = RedisCommandWriter()
        writer.publish(
            ByteBuffer(bytes: payload),
            to: ByteBuffer(string: "a\r\n\0b"),
            prefix: ByteBuffer(string: "App:")
        )
        #expect(sent(&writer) == oracle([Array("PUBLISH".utf8), Array("App:a\r\n\0b".utf8), payload]))
    }

    @Test func publishesOnShardChannels() {
        let channel = ByteBuffer(string: "{room}")
        let prefix = ByteBuffer(string: "App:")
        var writer = RedisCommandWriter()
        var expected: [UInt8] = []
        // The head of a PUBLISH is kept: it must not be taken for one of the other kind.
        for kind in [RedisChannelKind.shard, .shard, .ordinary, .shard] {
            writer.publish(ByteBuffer(string: "hello"), to: channel, prefix: prefix, kind: kind)
            let verb = kind == .shard ? "SPUBLISH" : "PUBLISH"
            expected += oracle([verb, "App:{room}", "hello"].map { Array($0.utf8) })
        }
        #expect(sent(&writer) == expected)
    }

    @Test(arguments: [1, 9, 10, 500])
    func subscribesAndUnsubscribesManyChannels(_ count: Int) {
        let names = (0..<count).map { "channel-\($0)" }
        let channels = names.map { ByteBuffer(string: $0) }
        let prefixed = names.map { Array("p\($0)".utf8) }
        let prefix = ByteBuffer(string: "p")
        var writer = RedisCommandWriter()
        writer.subscribe(channels, prefix: prefix)
        #expect(sent(&writer) == oracle([Array("SUBSCRIBE".utf8)] + prefixed))
        writer.unsubscribe(channels, prefix: prefix)
        #expect(sent(&writer) == oracle([Array("UNSUBSCRIBE".utf8)] + prefixed))
        writer.subscribe(channels, prefix: prefix, kind: .shard)
        #expect(sent(&writer) == oracle([Array("SSUBSCRIBE".utf8)] + prefixed))
        writer.unsubscribe(channels, prefix: prefix, kind: .shard)
        #expect(sent(&writer) == oracle([Array("SUNSUBSCRIBE".utf8)] + prefixed))
    }

    @Test func writesAnyCommandAfterAnother() {
        var writer = RedisCommandWriter()
        writer.command("AUTH", "user", "pässword with spaces")
        writer.command("PING")
        let expected =
            oracle(["AUTH", "user", "pässword with spaces"].map { Array($0.utf8) }) + oracle([Array("PING".utf8)])
        #expect(sent(&writer) == expected)
        #expect(sent(&writer).isEmpty)
    }

    @Test func leavesWhatWasHandedOverAlone() {
        var writer = RedisCommandWriter()
        writer.command("PING")
        let handedOver = writer.bytes
        writer.reuse()
        writer.command("PING", "x")
        #expect(Array(handedOver.readableBytesView) == oracle([Array("PING".utf8)]))
        #expect(sent(&writer) == oracle([Array("PING".utf8), Array("x".utf8)]))
        let hasMore = writer.hasCommands
        #expect(!hasMore)
    }

    /// Takes what has been written.
    private func sent(_ writer: inout RedisCommandWriter) -> [UInt8] {
        defer { writer.reuse() }
        return Array(writer.bytes.readableBytesView)
    }

    /// What the linked libhiredis makes of a command.
    private func oracle(_ parts: [[UInt8]]) -> [UInt8] {
        var arguments: [UnsafePointer<CChar>?] = parts.map { part in
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: max(part.count, 1))
            for (index, byte) in part.enumerated() { copy[index] = CChar(bitPattern: byte) }
            return UnsafePointer(copy)
        }
        defer { for argument in arguments { argument?.deallocate() } }
        let lengths = parts.map(\.count)
        var formatted: UnsafeMutablePointer<CChar>?
        let length = Int(redisFormatCommandArgv(&formatted, Int32(parts.count), &arguments, lengths))
        guard let formatted, length > 0 else { return [] }
        defer { redisFreeCommand(formatted) }
        return UnsafeBufferPointer(start: formatted, count: length).map { UInt8(bitPattern: $0) }
    }
}
