import HubProtocol
import NIOCore
import Testing

@Suite("Framing", .timeLimit(.minutes(1)))
struct FramingTests {
    @Test func messagesSurviveEverySplit() throws {
        let stream = GoldenJSONTests.messages.map { $0 + "\u{1E}" }.joined()
        for seed in 0..<200 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            var rest = ByteBuffer(string: stream)
            var decoder = HubMessageDecoder(codec: JSONHubCodec())
            var buffer = ByteBuffer()
            var seen: [String] = []
            while rest.readableBytes > 0 {
                let length = Int.random(in: 1...min(rest.readableBytes, 1 + Int(seed)), using: &generator)
                guard var piece = rest.readSlice(length: length) else { break }
                buffer.writeBuffer(&piece)
                while let next = try decoder.next(from: &buffer) { seen.append(try json(outgoing(next))) }
            }
            #expect(seen == GoldenJSONTests.messages)
            #expect(buffer.readableBytes == 0)
        }
    }

    @Test func anIncompleteMessageIsNotConsumed() throws {
        var buffer = bytes(#"{"type":6"#)
        #expect(try JSONHubCodec().decodeMessage(from: &buffer) == nil)
        #expect(buffer.readableBytes == 9)
        buffer.writeString("}\u{1E}{")
        #expect(try JSONHubCodec().decodeMessage(from: &buffer) != nil)
        #expect(String(buffer: buffer) == "{")
    }

    @Test func whatHasBeenSearchedIsNotSearchedAgain() {
        // A separator placed behind the searched mark must stay unseen: it proves that the search does not start over.
        var searched = 3
        let buffer = bytes("ab\u{1E}cd\u{1E}")
        #expect(JSONHubCodec().frameLength(in: buffer, searched: &searched) == 6)
        searched = 0
        #expect(JSONHubCodec().frameLength(in: buffer, searched: &searched) == 3)
        searched = 0
        #expect(JSONHubCodec().frameLength(in: bytes("abcd"), searched: &searched) == nil)
        #expect(searched == 4)
    }

    @Test func aMessageOverTheLimitNamesItsSizeAndTheLimit() throws {
        var decoder = HubMessageDecoder(codec: JSONHubCodec(), maximumMessageSize: 64)
        let exact = #"{"type":2,"invocationId":"1","item":""# + String(repeating: "x", count: 24) + "\"}"
        var buffer = record(exact)
        #expect(buffer.readableBytes == 64)
        #expect(try decoder.next(from: &buffer) != nil)

        buffer = bytes(String(repeating: " ", count: 64))
        #expect(try decoder.next(from: &buffer) == nil)
        buffer.writeString(" ")
        let error = #expect(throws: HubProtocolError.self) { _ = try decoder.next(from: &buffer) }
        #expect(error?.code == .messageTooLarge)
        #expect(error?.message.contains("65") == true)
        #expect(error?.message.contains("64") == true)
    }

    @Test func aCompleteMessageOverTheLimitIsRefusedToo() {
        var decoder = HubMessageDecoder(codec: JSONHubCodec(), maximumMessageSize: 8)
        var buffer = record(#"{"type":6}"#)
        let error = #expect(throws: HubProtocolError.self) { _ = try decoder.next(from: &buffer) }
        #expect(error?.code == .messageTooLarge)
    }

    @Test func aFailedEncodingAppendsNothing() {
        var buffer = bytes("before")
        let message = OutgoingHubMessage.invocation(
            invocationID: nil,
            target: "T",
            arguments: ["a", [1.5, Double.nan]]
        )
        let error = #expect(throws: HubEncodingError.self) { try JSONHubCodec().encode(message, into: &buffer) }
        #expect(error?.code == .unrepresentable)
        #expect(String(buffer: buffer) == "before")
    }
}
