import NIOCore
import Testing

@testable import RedisBus

/// What a server can make the reader keep.
@Suite("The memory of hiredis' reader", .timeLimit(.minutes(1)))
struct HiredisReaderMemoryTests {
    private let limit = 100_000
    /// What one read may add before the limit is looked at, times two, since storage grows by doubling.
    private let bound = 500_000

    @Test(arguments: [
        "endless bulk string": ("$99999\r\n", "x"),
        "endless line": ("+", "x"),
        "endless number": (":", "1"),
        "endless length": ("$", "1"),
        "endless array": ("*2000000000\r\n", ":1\r\n"),
        "endless array of empty arrays": ("*2000000000\r\n", "*0\r\n"),
        "endless array of nulls": ("*2000000000\r\n", "$-1\r\n"),
        "endless array of texts": ("*2000000000\r\n", "+\r\n"),
        "endless array of messages": ("*2000000000\r\n", "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\np\r\n"),
        "message of an endless channel": ("*3\r\n$7\r\nmessage\r\n$99999\r\n", "x"),
        "message of an endless payload": (
            "*3\r\n$8\r\nsmessage\r\n$50000\r\n\(String(repeating: "c", count: 50_000))\r\n$99999\r\n", "x"
        ),
    ])
    func isBounded(_ name: String, _ wire: (start: String, rest: String)) throws {
        var recorder = ReplyRecorder()
        var reader = try HiredisReader(limit: self.limit)
        let part = ByteBuffer(string: String(repeating: wire.rest, count: 1_000))
        var next = ByteBuffer(string: wire.start)
        var most = 0
        var error: RedisProtocolError?
        for _ in 0..<1_000 where error == nil {
            do throws(RedisProtocolError) {
                try reader.read(next, into: &recorder)
            } catch let thrown {
                error = thrown
            }
            most = max(most, reader.heldBytes)
            next = part
        }
        #expect(error?.code == .tooLarge)
        #expect(most > 0 && most < self.bound)
        #expect(recorder.replies.isEmpty)
    }

    @Test func isGivenBackAfterALargeReply() throws {
        var recorder = ReplyRecorder()
        var reader = try HiredisReader()
        let count = 200_000
        let array = ByteBuffer(string: "*\(count)\r\n" + String(repeating: "$5\r\nhello\r\n", count: count - 1))
        try reader.read(array, into: &recorder)
        #expect(reader.heldBytes > 1_000_000)
        try reader.read(ByteBuffer(string: "$5\r\nhello\r\n:1\r\n"), into: &recorder)
        #expect(recorder.replies.count == 2)
        #expect(reader.heldBytes < 200_000)
    }
}
