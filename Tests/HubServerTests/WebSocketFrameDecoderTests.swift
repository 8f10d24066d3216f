import NIOCore
import Testing

@testable import HubServer

@Suite(.timeLimit(.minutes(1)))
struct WebSocketFrameDecoderTests {
    @Test("A message arrives unmasked", arguments: [0, 1, 3, 4, 7, 8, 9, 125, 126, 127, 1_000, 65_535, 65_536, 70_001])
    func unmasks(count: Int) {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let decoded = Decoded(ClientFrame(opcode: 2, payload: payload).bytes)
        #expect(decoded.payload == payload)
        #expect(decoded.violation == nil)
    }

    @Test("Any split gives the same result")
    func splits() {
        var random = SeededRandom(seed: 7)
        let bytes =
            ClientFrame.text("Grüße, 世界 👋🏽").bytes
            + ClientFrame(isFinal: false, opcode: 1, payload: Array("é".utf8.prefix(1))).bytes
            + ClientFrame(opcode: 9, payload: [1, 2, 3]).bytes
            + ClientFrame(isFinal: false, opcode: 0, payload: Array("é".utf8.dropFirst())).bytes
            + ClientFrame(opcode: 0, payload: Array(repeating: 0x61, count: 300)).bytes
            + ClientFrame(opcode: 10).bytes
            + ClientFrame.close(1000, "bye").bytes
        let whole = Decoded(bytes)
        #expect(whole.violation == nil)
        #expect(whole.frames.count == 3)
        #expect(whole.frames.last == .close(WebSocketCloseFrame(code: .normal, reason: "bye")))
        for position in 1..<bytes.count {
            #expect(Decoded(bytes, splitAt: [position]) == whole)
        }
        for _ in 0..<200 {
            let splits = (0..<Int.random(in: 1...20, using: &random)).map { _ in
                Int.random(in: 0...bytes.count, using: &random)
            }
            #expect(Decoded(bytes, splitAt: splits) == whole)
        }
        #expect(Decoded(bytes, splitAt: Array(1..<bytes.count)) == whole)
    }

    struct Refusal: CustomTestStringConvertible {
        var testDescription: String
        var code: WebSocketCloseCode
        var frames: [ClientFrame]

        init(_ name: String, _ code: WebSocketCloseCode, _ frames: ClientFrame...) {
            testDescription = name
            self.code = code
            self.frames = frames
        }
    }

    static let refusals: [Refusal] = [
        Refusal("RSV1", .protocolError, ClientFrame(reserved: 4)),
        Refusal("RSV2", .protocolError, ClientFrame(reserved: 2)),
        Refusal("RSV3", .protocolError, ClientFrame(reserved: 1)),
        Refusal("opcode 3", .protocolError, ClientFrame(opcode: 3)),
        Refusal("opcode 7", .protocolError, ClientFrame(opcode: 7)),
        Refusal("opcode 11", .protocolError, ClientFrame(opcode: 11)),
        Refusal("opcode 15", .protocolError, ClientFrame(opcode: 15)),
        Refusal("unmasked", .protocolError, ClientFrame(isMasked: false, payload: [1])),
        Refusal("fragmented ping", .protocolError, ClientFrame(isFinal: false, opcode: 9)),
        Refusal("fragmented close", .protocolError, ClientFrame(isFinal: false, opcode: 8)),
        Refusal("long ping", .protocolError, ClientFrame(opcode: 9, payload: Array(repeating: 0, count: 126))),
        Refusal("continuation of nothing", .protocolError, ClientFrame(opcode: 0)),
        Refusal(
            "continuation after the end",
            .protocolError,
            ClientFrame(isFinal: false),
            ClientFrame(opcode: 0),
            ClientFrame(opcode: 0)
        ),
        Refusal("text inside a message", .protocolError, ClientFrame(isFinal: false), ClientFrame()),
        Refusal("binary inside a message", .protocolError, ClientFrame(isFinal: false), ClientFrame(opcode: 2)),
        Refusal(
            "length 125 in two bytes",
            .protocolError,
            ClientFrame(payload: Array(repeating: 0, count: 125), lengthWidth: 2)
        ),
        Refusal(
            "length 65535 in eight bytes",
            .protocolError,
            ClientFrame(payload: Array(repeating: 0, count: 65_535), lengthWidth: 8)
        ),
        Refusal("close of one byte", .protocolError, ClientFrame(opcode: 8, payload: [3])),
        Refusal("close 999", .protocolError, .close(999)),
        Refusal("close 1004", .protocolError, .close(1004)),
        Refusal("close 1005", .protocolError, .close(1005)),
        Refusal("close 1006", .protocolError, .close(1006)),
        Refusal("close 1015", .protocolError, .close(1015)),
        Refusal("close 2999", .protocolError, .close(2999)),
        Refusal("close 5000", .protocolError, .close(5000)),
        Refusal("close reason not UTF-8", .invalidPayload, ClientFrame(opcode: 8, payload: [3, 0xE8, 0xC3, 0x28])),
        Refusal("text not UTF-8", .invalidPayload, ClientFrame(payload: [0x61, 0xFF])),
        Refusal("text cut in a character", .invalidPayload, ClientFrame(payload: [0xE4, 0xB8])),
        Refusal(
            "text cut in a character by its last fragment",
            .invalidPayload,
            ClientFrame(isFinal: false, payload: [0x61]),
            ClientFrame(opcode: 0, payload: [0xF0, 0x9F])
        ),
        Refusal("surrogate", .invalidPayload, ClientFrame(payload: [0xED, 0xA0, 0x80])),
        Refusal("overlong", .invalidPayload, ClientFrame(payload: [0xC0, 0xAF])),
        Refusal("message too big", .tooBig, ClientFrame(opcode: 2, payload: Array(repeating: 0, count: 70_001))),
        Refusal(
            "fragments too big together",
            .tooBig,
            ClientFrame(isFinal: false, opcode: 2, payload: Array(repeating: 0, count: 70_000)),
            ClientFrame(opcode: 0, payload: [0])
        ),
    ]

    @Test("A broken rule is refused with its code", arguments: refusals)
    func refuses(_ refusal: Refusal) {
        let bytes = refusal.frames.flatMap(\.bytes)
        let whole = Decoded(bytes, limit: 70_000)
        #expect(whole.violation?.code == refusal.code)
        let byteByByte = Decoded(bytes, splitAt: Array(1..<min(bytes.count, 400)), limit: 70_000)
        #expect(byteByByte.violation == whole.violation)
    }

    @Test("A huge length is refused at its header, whatever it says", arguments: [UInt8(0x7F), 0x80, 0xFF, 0x00])
    func refusesHugeLengths(first: UInt8) {
        let bytes: [UInt8] = [0x82, 0xFF, first] + Array(repeating: 0xFF, count: 7)
        let decoded = Decoded(bytes)
        #expect(decoded.violation?.code == (first & 0x80 == 0 ? .tooBig : .protocolError))
        #expect(decoded.payload.isEmpty)
    }

    @Test("The limit is for one message, and starts again with the next")
    func limitIsPerMessage() {
        let frame = ClientFrame(opcode: 2, payload: Array(repeating: 1, count: 100)).bytes
        let decoded = Decoded(frame + frame + frame, limit: 100)
        #expect(decoded.violation == nil)
        #expect(decoded.payload.count == 300)
    }

    @Test("Binary messages may hold anything")
    func binaryIsNotText() {
        #expect(Decoded(ClientFrame(opcode: 2, payload: [0xFF, 0xC0]).bytes).violation == nil)
    }

    @Test("Every allowed close code is taken", arguments: [1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 4999])
    func closeCodes(code: UInt16) {
        let decoded = Decoded(ClientFrame.close(code).bytes)
        #expect(decoded.frames == [.close(WebSocketCloseFrame(code: WebSocketCloseCode(rawValue: code)))])
    }

    @Test("An empty Close has no code")
    func emptyClose() {
        #expect(Decoded(ClientFrame.close().bytes).frames == [.close(WebSocketCloseFrame(code: nil))])
    }

    @Test("Mutated frames never trap, and splits never matter", arguments: 0..<8 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for _ in 0..<1_500 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let count = Int.random(in: 0...200, using: &random)
                bytes +=
                    ClientFrame(
                        isFinal: Bool.random(using: &random),
                        opcode: [0, 1, 2, 8, 9, 10].randomElement(using: &random) ?? 1,
                        payload: (0..<count).map { _ in UInt8.random(in: 0...127, using: &random) }
                    ).bytes
            }
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let position = Int.random(in: 0..<bytes.count, using: &random)
                bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            let whole = Decoded(bytes, limit: 300)
            let position = Int.random(in: 0...bytes.count, using: &random)
            let split = Decoded(bytes, splitAt: [position], limit: 300)
            #expect(split.frames == whole.frames)
            #expect(split.violation == whole.violation)
            // Text is checked a word at a time, so up to seven good bytes before a bad one may not have been passed on.
            let common = min(split.payload.count, whole.payload.count)
            #expect(split.payload.prefix(common) == whole.payload.prefix(common))
            #expect(abs(split.payload.count - whole.payload.count) <= (whole.violation == nil ? 0 : 7))
        }
    }
}
