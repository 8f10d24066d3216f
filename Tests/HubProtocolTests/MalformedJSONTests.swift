import HubProtocol
import NIOCore
import Testing

@Suite("Malformed JSON messages", .timeLimit(.minutes(1)))
struct MalformedJSONTests {
    /// Texts that are JSON and no messages, with the words of .NET's servers.
    static let invalid = [
        ("null", "Unexpected JSON Token Type 'Null'. Expected a JSON Object."),
        (#""foo""#, "Unexpected JSON Token Type 'String'. Expected a JSON Object."),
        ("42", "Unexpected JSON Token Type 'Number'. Expected a JSON Object."),
        ("[42]", "Unexpected JSON Token Type 'Array'. Expected a JSON Object."),
        ("{}", "Missing required property 'type'."),
        (#"{"type":"foo"}"#, "Expected 'type' to be of type Number."),
        (#"{"type":1.5}"#, "Expected 'type' to be of type Number."),
        (#"{"type":99999999999999999999}"#, "Expected 'type' to be of type Number."),
        (#"{"type":1,"headers":42}"#, "Expected 'headers' to be of type Object."),
        (#"{"type":1,"headers":{"Foo":42}}"#, "Expected header 'Foo' to be of type String."),
        (#"{"type":1,"headers":{"Foo":[]}}"#, "Expected header 'Foo' to be of type String."),
        (#"{"type":1}"#, "Missing required property 'target'."),
        (#"{"type":1,"invocationId":42}"#, "Expected 'invocationId' to be of type String."),
        (#"{"type":1,"invocationId":"42","target":42}"#, "Expected 'target' to be of type String."),
        (#"{"type":1,"target":null,"arguments":[]}"#, "Expected 'target' to be of type String."),
        (#"{"type":1,"invocationId":"42","target":"foo"}"#, "Missing required property 'arguments'."),
        (#"{"type":1,"target":"foo","arguments":{}}"#, "Expected 'arguments' to be of type Array."),
        (#"{"type":1,"target":"f","arguments":[],"streamIds":{}}"#, "Expected 'streamIds' to be of type Array."),
        (#"{"type":1,"target":"f","arguments":[],"streamIds":[1]}"#, "Expected 'streamIds' to be of type String."),
        (#"{"type":1,"target":"f","arguments":[],"streamIds":[""]}"#, "Null or empty value in streamIds received."),
        (#"{"type":2}"#, "Missing required property 'invocationId'."),
        (#"{"type":2,"invocationId":"42"}"#, "Missing required property 'item'."),
        (#"{"type":3}"#, "Missing required property 'invocationId'."),
        (#"{"type":3,"invocationId":"42","error":[]}"#, "Expected 'error' to be of type String."),
        (
            #"{"type":3,"invocationId":"42","error":"foo","result":null}"#,
            "The 'error' and 'result' properties are mutually exclusive."
        ),
        (#"{"type":4,"target":"foo","arguments":[]}"#, "Missing required property 'invocationId'."),
        (#"{"type":5}"#, "Missing required property 'invocationId'."),
        (#"{"type":7,"allowReconnect":1}"#, "Expected 'allowReconnect' to be of type Boolean."),
        (#"{"type":8}"#, "Missing required property 'sequenceId'."),
        (#"{"type":9,"sequenceId":"1"}"#, "Expected 'sequenceId' to be of type Number."),
        (#"{"type":5,"invocationId":"\ud800"}"#, "A text of the message contains an unpaired surrogate."),
    ]

    @Test("are refused with the reason", arguments: invalid)
    func invalidMessages(_ text: String, _ reason: String) throws {
        let error = #expect(throws: HubProtocolError.self) { try message(text) }
        #expect(error?.code == .invalidMessage)
        #expect(error?.message == reason)
    }

    /// Values that RFC 8259 does not allow.
    static let values = [
        "", " ", "tru", "nulL", "True", "NaN", "Infinity", "-", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x10",
        "1.e3",
        "\"", "\"\\\"", #""\x""#, #""\u12""#, #""\u12G4""#, "\"a\nb\"", "\"\u{01}\"", "'a'", "[", "[1", "[1,", "[1,]",
        "[,1]",
        "[1 2]", "[1}", "{", "{a:1}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a" 1}"#, #"{"a":1]"#, #"{1:2}"#, "1 2",
        "/**/1",
        "\u{FEFF}1", "[1]]",
    ]

    @Test("are refused as arguments", arguments: values)
    func malformedValues(_ text: String) {
        let error = #expect(throws: HubProtocolError.self) {
            try message(#"{"type":1,"target":"T","arguments":[\#(text)"#)
        }
        #expect(error?.code == .malformed)
        #expect(throws: HubProtocolError.self) { try RawHubValue(json: bytes(text)) }
    }

    static let invalidUTF8: [[UInt8]] = [
        [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80],
        [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82, 0x28],
    ]

    @Test("text that is not UTF-8 is refused, never repaired", arguments: invalidUTF8)
    func invalidText(_ sequence: [UInt8]) {
        let frame = ByteBuffer(
            bytes: Array(#"{"type":2,"invocationId":"1","item":""#.utf8) + sequence + Array("\"}\u{1E}".utf8)
        )
        let error = #expect(throws: HubProtocolError.self) { try JSONHubCodec().decodeFrame(frame) }
        #expect(error?.code == .malformed)
    }

    @Test func everyTruncationOfAMessageIsRefused() {
        let text = Array(
            #"{"type":1,"headers":{"a":"b"},"target":"Tü","arguments":[{"a":[1.5e3,null]},"\u00fc"]}"#.utf8
        )
        for length in 0..<text.count {
            let frame = ByteBuffer(bytes: text[..<length] + [0x1E])
            #expect(throws: HubProtocolError.self) { try JSONHubCodec().decodeFrame(frame) }
        }
    }

    @Test func aFrameWithoutItsEndIsRefused() {
        #expect(throws: HubProtocolError.self) { try JSONHubCodec().decodeFrame(bytes(#"{"type":6}"#)) }
        #expect(throws: HubProtocolError.self) { try JSONHubCodec().decodeFrame(ByteBuffer()) }
    }

    @Test func hostileNestingIsABindingErrorOfTheCallOnly() throws {
        for (depth, fits) in [
            (1, true), (63, true), (64, true), (65, false), (128, false), (129, false), (15_000, false),
        ] {
            let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            guard case .streamItem(let item) = try message(#"{"type":2,"invocationId":"1","item":\#(text)}"#) else {
                Issue.record("not type 2")
                return
            }
            if fits {
                #expect(throws: Never.self) { try item.item.decode(as: HubValue.self) }
                #expect(throws: Never.self) { try item.item.decode(as: Nested.self) }
            } else {
                #expect(throws: HubBindingError.self) { try item.item.decode(as: HubValue.self) }
                let error = #expect(throws: HubBindingError.self) { try item.item.decode(as: Nested.self) }
                #expect(error?.code == .tooDeep)
            }
        }
    }

    struct Nested: Decodable {
        var inner: [Nested]

        init(from decoder: any Decoder) throws {
            inner = []
            var container = try decoder.unkeyedContainer()
            while !container.isAtEnd { inner.append(try container.decode(Nested.self)) }
        }
    }

    @Test func mismatchedClosingAtEveryDepthIsRefused() {
        for depth in [1, 2, 63, 64, 65, 66, 127, 128, 129, 200] {
            for wrong in 0..<depth {
                var closing = Array(repeating: "]", count: depth)
                closing[wrong] = "}"
                let text = String(repeating: "[", count: depth) + closing.joined()
                #expect(throws: HubProtocolError.self) { try RawHubValue(json: bytes(text)) }
            }
        }
    }
}
