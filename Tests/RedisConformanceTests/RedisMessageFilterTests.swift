import NIOCore
import RedisConformanceSupport
import Testing

/// What a starved connection carries, however the bytes are split.
@Suite(.timeLimit(.minutes(1)))
struct RedisMessageFilterTests {
    private static let message = "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$12\r\n*3\r\n$7\r\nmess\r\n"
    private static let answers = [
        "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n", "+PONG\r\n", "*2\r\n$4\r\npong\r\n$0\r\n\r\n", "-ERR no\r\n",
        "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:0\r\n",
    ]

    @Test(arguments: [1, 2, 3, 7, 16, 17, 18, 40, 1_000])
    func messagesAreDroppedAndAnswersPass(size: Int) {
        var filter = RedisMessageFilter()
        let stream = Self.answers.map { Self.message + $0 }.joined() + Self.message
        var output = ""
        var input = ByteBuffer(string: stream)
        while let piece = input.readSlice(length: min(size, input.readableBytes)), piece.readableBytes > 0 {
            output += String(buffer: filter.pass(piece, dropping: true))
        }
        #expect(output == Self.answers.joined())
    }

    @Test(arguments: [1, 5, 17, 1_000])
    func everythingPassesWhileNothingIsToBeDropped(size: Int) {
        var filter = RedisMessageFilter()
        let stream = Self.answers.map { Self.message + $0 }.joined() + Self.message
        var output = ""
        var input = ByteBuffer(string: stream)
        while let piece = input.readSlice(length: min(size, input.readableBytes)), piece.readableBytes > 0 {
            output += String(buffer: filter.pass(piece, dropping: false))
        }
        #expect(output == stream)
    }

    /// What has begun to pass goes on: dropping half a message would break the stream.
    @Test func aMessageThatHasBegunIsNotCut() {
        var filter = RedisMessageFilter()
        let half = Self.message.count / 2
        let first = filter.pass(ByteBuffer(string: String(Self.message.prefix(half))), dropping: false)
        let rest = String(Self.message.dropFirst(half)) + Self.message + "+PONG\r\n"
        let second = filter.pass(ByteBuffer(string: rest), dropping: true)
        #expect(String(buffer: first) + String(buffer: second) == Self.message + "+PONG\r\n")
    }
}
