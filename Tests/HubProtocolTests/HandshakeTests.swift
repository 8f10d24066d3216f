import HubProtocol
import NIOCore
import Testing

@Suite("Handshake", .timeLimit(.minutes(1)))
struct HandshakeTests {
    @Test func requestLeavesWhatFollowsInTheBuffer() throws {
        var buffer = bytes("{\"protocol\":\"messagepack\",\"version\":1}\u{1E}\u{03}rest")
        let request = try HandshakeRequest.decode(from: &buffer)
        #expect(request == HandshakeRequest(protocolName: "messagepack", version: 1))
        #expect(String(buffer: buffer) == "\u{03}rest")
    }

    @Test func everyProperPrefixIsIncompleteAndUntouched() throws {
        let text = Array("{\"version\":2,\"extra\":[{}],\"protocol\":\"json\"}\u{1E}".utf8)
        for length in 0..<text.count {
            var buffer = ByteBuffer(bytes: text[..<length])
            #expect(try HandshakeRequest.decode(from: &buffer) == nil)
            #expect(buffer.readableBytes == length)
        }
        var buffer = ByteBuffer(bytes: text)
        #expect(try HandshakeRequest.decode(from: &buffer) == HandshakeRequest(protocolName: "json", version: 2))
    }

    @Test func requestIsWrittenAsClientsWriteIt() {
        var buffer = ByteBuffer()
        HandshakeRequest(protocolName: "json", version: 1).encode(into: &buffer)
        #expect(String(buffer: buffer) == "{\"protocol\":\"json\",\"version\":1}\u{1E}")
    }

    @Test func successIsExactlyThreeBytes() throws {
        var buffer = ByteBuffer()
        HandshakeResponse().encode(into: &buffer)
        #expect(Array(buffer: buffer) == [0x7B, 0x7D, 0x1E])
        #expect(try HandshakeResponse.decode(from: &buffer) == HandshakeResponse())
    }

    @Test func failureCarriesItsText() throws {
        var buffer = ByteBuffer()
        let response = HandshakeResponse(error: "The protocol 'x\"' is not supported.")
        response.encode(into: &buffer)
        #expect(String(buffer: buffer) == #"{"error":"The protocol 'x\"' is not supported."}"# + "\u{1E}")
        #expect(try HandshakeResponse.decode(from: &buffer) == response)
    }

    static let malformed = [
        "\u{1E}", "[]\u{1E}", "null\u{1E}", "{\u{1E}", "{}\u{1E}", "{\"protocol\":\"json\"}\u{1E}",
        "{\"version\":1}\u{1E}",
        "{\"protocol\":1,\"version\":1}\u{1E}", "{\"protocol\":\"json\",\"version\":\"1\"}\u{1E}",
        "{\"protocol\":\"json\",\"version\":1.5}\u{1E}",
        "{\"protocol\":\"json\",\"version\":99999999999999999999}\u{1E}",
        "{\"protocol\":\"json\",\"version\":1} x\u{1E}", "GET / HTTP/1.1\r\n\r\n\u{1E}",
    ]

    @Test("bytes that are no request are refused", arguments: malformed)
    func malformedRequests(_ text: String) {
        var buffer = bytes(text)
        #expect(throws: HubProtocolError.self) { try HandshakeRequest.decode(from: &buffer) }
    }

    @Test func anEndlessHandshakeIsRefused() throws {
        var buffer = bytes(String(repeating: " ", count: 100))
        #expect(try HandshakeRequest.decode(from: &buffer, maximumSize: 100) == nil)
        let error = #expect(throws: HubProtocolError.self) {
            try HandshakeRequest.decode(from: &buffer, maximumSize: 99)
        }
        #expect(error?.code == .messageTooLarge)
    }

    @Test func aMessageIsNoResponse() {
        var buffer = record(#"{"type":6}"#)
        #expect(throws: HubProtocolError.self) { try HandshakeResponse.decode(from: &buffer) }
    }
}
