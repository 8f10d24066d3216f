import CHiredis
import NIOCore
import RedisTestSupport
import Testing

@testable import RedisBus

@Suite("hiredis' reader", .timeLimit(.minutes(1)))
struct HiredisReaderTests {
    private static let replies: [(String, RESPValue)] = [
        ("+OK\r\n", .status(Array("OK".utf8))),
        ("-NOPERM no\r\n", .error(Array("NOPERM no".utf8))),
        (":-42\r\n", .integer(-42)),
        ("$0\r\n\r\n", .bulk([])),
        ("$4\r\na\r\nb\r\n", bulk("a\r\nb")),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("*0\r\n", .array([])),
        ("*2\r\n*1\r\n:1\r\n+x\r\n", .array([.array([.integer(1)]), .status(Array("x".utf8))])),
        (
            "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n",
            .array([bulk("subscribe"), bulk("c"), .integer(1)])
        ),
        (
            "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n:1\r\n",
            .array([bulk("message"), bulk("c"), .integer(1)])
        ),
        (
            "*3\r\n$7\r\nmessage\r\n*1\r\n$-1\r\n+x\r\n",
            .array([bulk("message"), .array([.null]), .status(Array("x".utf8))])
        ),
        (
            "*3\r\n$8\r\nsmessage\r\n$1\r\nc\r\n:1\r\n",
            .array([bulk("smessage"), bulk("c"), .integer(1)])
        ),
        (
            "*3\r\n$8\r\nsmessage\r\n:1\r\n+x\r\n",
            .array([bulk("smessage"), .integer(1), .status(Array("x".utf8))])
        ),
        (
            "*3\r\n$8\r\npmessage\r\n$1\r\nc\r\n$1\r\np\r\n",
            .array([bulk("pmessage"), bulk("c"), bulk("p")])
        ),
        ("*3\r\n:1\r\n:2\r\n:3\r\n", .array([.integer(1), .integer(2), .integer(3)])),
    ]

    private static func bulk(_ text: String) -> RESPValue {
        .bulk(Array(text.utf8))
    }

    @Test(arguments: Self.replies)
    func understandsReplies(_ wire: String, _ expected: RESPValue) throws {
        #expect(try read([Array(wire.utf8)]).replies == [expected])
        #expect(try read(wire.utf8.map { [$0] }).replies == [expected], "fed byte by byte")
    }

    @Test func handsAMessageOnAsSlicesOfTheRead() throws {
        let wire = ByteBuffer(string: "+OK\r\n*3\r\n$7\r\nmessage\r\n$4\r\nroom\r\n$5\r\nhello\r\n")
        var recorder = ReplyRecorder()
        var reader = try HiredisReader()
        try reader.read(wire, into: &recorder)
        let message = try #require(recorder.messages.first)
        #expect(message.channel == ByteBuffer(string: "room"))
        #expect(message.payload == ByteBuffer(string: "hello"))
        #expect(address(of: message.payload) == address(of: wire) + 36)
        #expect(address(of: message.channel) == address(of: wire) + 26)
    }

    @Test func tellsMessagesOfShardChannelsFromOthers() throws {
        let shard = "*3\r\n$8\r\nsmessage\r\n$4\r\nroom\r\n$5\r\nhello\r\n"
        let ordinary = "*3\r\n$7\r\nmessage\r\n$4\r\nroom\r\n$2\r\nhi\r\n"
        let wire = ByteBuffer(string: shard + ordinary + shard)
        var recorder = ReplyRecorder()
        var reader = try HiredisReader()
        try reader.read(wire, into: &recorder)
        #expect(recorder.replies.compactMap { $0.elements?.first?.text } == ["smessage", "message", "smessage"])
        #expect(recorder.messages.map(\.payload) == ["hello", "hi", "hello"].map { ByteBuffer(string: $0) })
        #expect(address(of: recorder.messages[0].channel) == address(of: wire) + 22)
        #expect(address(of: recorder.messages[0].payload) == address(of: wire) + 32)
    }

    @Test func slicesAPayloadThatIsLongerThanTheSlicesFedToHiredis() throws {
        let payload = [UInt8](repeating: 0x61, count: 20_000)
        let message = RESPValue.array([.bulk(Array("message".utf8)), .bulk([0x63]), .bulk(payload)])
        let wire = ByteBuffer(bytes: message.encoded)
        var recorder = ReplyRecorder()
        var reader = try HiredisReader()
        try reader.read(wire, into: &recorder)
        let received = try #require(recorder.messages.first?.payload)
        #expect(received == ByteBuffer(bytes: payload))
        #expect(address(of: received) == address(of: wire) + wire.readableBytes - 2 - payload.count)
    }

    @Test func copiesOnlyWhatBeganInAnEarlierRead() throws {
        let first = ByteBuffer(string: "*3\r\n$7\r\nmessage\r\n$4\r\nroom\r\n$5\r\n")
        let second = ByteBuffer(string: "hello\r\n*3\r\n$7\r\nmessage\r\n$4\r\nro")
        let third = ByteBuffer(string: "om\r\n$2\r\nhi\r\n")
        var recorder = ReplyRecorder()
        var reader = try HiredisReader()
        for part in [first, second, third] {
            try reader.read(part, into: &recorder)
        }
        #expect(recorder.messages.map(\.payload) == [ByteBuffer(string: "hello"), ByteBuffer(string: "hi")])
        #expect(recorder.messages.map(\.channel) == [ByteBuffer(string: "room"), ByteBuffer(string: "room")])
        #expect(address(of: recorder.messages[0].payload) == address(of: second))
        #expect(address(of: recorder.messages[1].payload) == address(of: third) + 8)
    }

    @Test func stopsWhenTheSinkHasEnough() throws {
        var recorder = ReplyRecorder()
        recorder.stopsAfter = 2
        var reader = try HiredisReader()
        try reader.read(ByteBuffer(string: ":1\r\n:2\r\n:3\r\n"), into: &recorder)
        try reader.read(ByteBuffer(string: ":4\r\n"), into: &recorder)
        #expect(recorder.replies == [.integer(1), .integer(2)])
    }

    @Test(arguments: [
        ("$99999999999999999999\r\n", RedisProtocolError.Code.malformed),
        ("$2000000000\r\n", .tooLarge),
        ("*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$67108865\r\n", .tooLarge),
        ("*99999999999\r\n", .malformed),
        ("x\r\n", .malformed),
        (":abc\r\n", .malformed),
    ])
    func refuses(_ wire: String, _ code: RedisProtocolError.Code) throws {
        let error = #expect(throws: RedisProtocolError.self) { try read([Array(wire.utf8)]) }
        #expect(error?.code == code)
    }

    @Test(arguments: [
        "%1\r\n+a\r\n+b\r\n", "%0\r\n", "~1\r\n+a\r\n", ">1\r\n+a\r\n", "|1\r\n+a\r\n+b\r\n", "#t\r\n", ",1.5\r\n",
        "_\r\n",
        "(123\r\n", "=5\r\ntxt:a\r\n", ">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\np\r\n",
    ])
    func refusesTypesOfRESP3(_ wire: String) throws {
        // hiredis 0.14 knows none of them, and 1.x before 1.3 no attributes.
        let allCodes: [RedisProtocolError.Code] = [.malformed, .unsupportedType]
        let codes = wire.hasPrefix("|") ? allCodes : [allCodes[min(Int(HIREDIS_MAJOR), 1)]]
        let inside = "*3\r\n$7\r\nmessage\r\n"
        for bytes in [wire, "*1\r\n" + wire, "*3\r\n" + wire, inside + wire, inside + "$1\r\nc\r\n" + wire] {
            let error = try #require(throws: RedisProtocolError.self) { try read([Array(bytes.utf8)]) }
            #expect(codes.contains(error.code))
        }
    }

    @Test func refusesDeepNesting() throws {
        let wire = String(repeating: "*1\r\n", count: 100_000)
        #expect(throws: RedisProtocolError.self) { try read([Array(wire.utf8)]) }
        let seven = String(repeating: "*1\r\n", count: 7) + ":1\r\n"
        #expect(try read([Array(seven.utf8)]).replies.count == 1)
        let eight = String(repeating: "*1\r\n", count: 8) + ":1\r\n"
        let error = #expect(throws: RedisProtocolError.self) { try read([Array(eight.utf8)]) }
        #expect(error?.code == .tooDeep)
    }

    @Test func refusesAnUnfinishedReplyBeyondTheLimit() throws {
        let many = "*1000000\r\n" + String(repeating: ":1\r\n", count: 10_000)
        let error = #expect(throws: RedisProtocolError.self) { try read([Array(many.utf8)], limit: 100_000) }
        #expect(error?.code == .tooLarge)
        let line = "+" + String(repeating: "x", count: 100_000)
        let lineError = #expect(throws: RedisProtocolError.self) { try read([Array(line.utf8)]) }
        #expect(lineError?.code == .tooLarge)
    }

    @Test func acceptsRepliesUpToTheLimit() throws {
        let wire = RESPValue.bulk([UInt8](repeating: 1, count: 99_000)).encoded
        #expect(try read(wire.chunks(of: 1_000), limit: 100_000).replies.count == 1)
    }

    @Test func readsNothingAfterAnError() throws {
        var recorder = ReplyRecorder()
        var reader = try HiredisReader()
        #expect(throws: RedisProtocolError.self) { try reader.read(ByteBuffer(string: "!\r\n"), into: &recorder) }
        try reader.read(ByteBuffer(string: ":1\r\n"), into: &recorder)
        #expect(recorder.replies.isEmpty)
    }

    private func address(of buffer: ByteBuffer) -> Int {
        buffer.withUnsafeReadableBytes { Int(bitPattern: $0.baseAddress) }
    }
}

/// Feeds the parts one after the other to a new reader.
@discardableResult
func read(_ parts: [[UInt8]], limit: Int = HiredisReader.defaultLimit) throws -> ReplyRecorder {
    var recorder = ReplyRecorder()
    var reader = try HiredisReader(limit: limit)
    for part in parts {
        try reader.read(ByteBuffer(bytes: part), into: &recorder)
    }
    return recorder
}

extension Array {
    /// The elements in pieces of at most this length.
    func chunks(of length: Int) -> [[Element]] {
        stride(from: 0, to: self.count, by: length).map { Array(self[$0..<Swift.min($0 + length, self.count)]) }
    }
}
