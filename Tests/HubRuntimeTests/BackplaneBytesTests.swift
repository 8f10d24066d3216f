import BusCore
import HubProtocol
import HubRuntime
import NIOCore
import Testing

/// The bytes of .NET's own tests (`RedisProtocolTests`), both ways.
@Suite(.timeLimit(.minutes(1))) struct BackplaneBytesTests {
    @Test(
        arguments: [
            (0, "91 00"), (42, "91 2A"), (180, "91 CC B4"), (384, "91 CD 01 80"), (70_000, "91 CE 00 01 11 70"),
        ] as [(Int32, String)]
    )
    func acknowledgement(id: Int32, hex: String) {
        #expect(Acknowledgement(id: id).encoded().hex == hex)
        #expect(Acknowledgement(decoding: ByteBuffer(hex: hex)) == Acknowledgement(id: id))
    }

    @Test(arguments: [(GroupAction.add, "95 2A A1 53 01 A1 47 A1 43"), (.remove, "95 2A A1 53 02 A1 47 A1 43")])
    func groupCommand(action: GroupAction, hex: String) {
        let command = GroupCommand(id: 42, server: "S", action: action, group: "G", connectionID: "C")
        #expect(command.encoded().hex == hex)
        #expect(GroupCommand(decoding: ByteBuffer(hex: hex)) == command)
    }

    @Test(
        arguments: [
            ([], "92 90 82 A2 70 31 C4 01 2A A2 70 32 C4 01 2A"),
            (["a"], "92 91 A1 61 82 A2 70 31 C4 01 2A A2 70 32 C4 01 2A"),
            (
                ["a", "b", "c", "d", "e", "f"],
                "92 96 A1 61 A1 62 A1 63 A1 64 A1 65 A1 66 82 A2 70 31 C4 01 2A A2 70 32 C4 01 2A"
            ),
        ] as [([String], String)]
    )
    func invocation(excluded: [String], hex: String) {
        let codecs = [DummyCodec(name: "p1"), DummyCodec(name: "p2")]
        var payloads = ProtocolPayloads()
        payloads[codec: 0] = ByteBuffer(bytes: [0x2A])
        payloads[codec: 1] = ByteBuffer(bytes: [0x2A])
        let envelope = InvocationEnvelope(excluded: excluded, payloads: payloads)
        #expect(envelope.encoded(codecs).hex == hex)
        #expect(InvocationEnvelope(decoding: ByteBuffer(hex: hex), codecs) == envelope)
    }

    @Test func aSendOfOneText() throws {
        var message = ByteBuffer()
        try JSONHubCodec().encode(.invocation(invocationID: nil, target: "Hello", arguments: ["World"]), into: &message)
        var payloads = ProtocolPayloads()
        payloads[codec: 0] = message
        let bytes = InvocationEnvelope(excluded: [], payloads: payloads).encoded([JSONHubCodec()])
        let json = "{\"type\":1,\"target\":\"Hello\",\"arguments\":[\"World\"]}\u{1E}"
        #expect(bytes.hex == "92 90 81 A4 6A 73 6F 6E C4 32 " + ByteBuffer(string: json).hex)
    }

    @Test func aClientResultOfANetNodeIsReadAsAnInvocation() {
        // Four items: the invocation's id and the channel for the result follow.
        let bytes = ByteBuffer(hex: "94 90 81 A2 70 31 C4 01 2A A1 31 A1 63")
        let envelope = InvocationEnvelope(decoding: bytes, [DummyCodec(name: "p1")])
        #expect(envelope?.payloads[codec: 0] == ByteBuffer(bytes: [0x2A]))
    }

    @Test func trailingItemsAreIgnored() {
        #expect(Acknowledgement(decoding: ByteBuffer(hex: "92 05 C0"))?.id == 5)
        let command = GroupCommand(decoding: ByteBuffer(hex: "96 2A A1 53 01 A1 47 A1 43 91 01"))
        #expect(command?.connectionID == "C")
        #expect(NodeMessage(decoding: ByteBuffer(hex: "94 02 07 C3 01")) == .located(id: 7, isHere: true))
        #expect(NodeMessage(decoding: ByteBuffer(hex: "92 63 01")) == .unknown(kind: 99))
    }

    @Test func protocolsOfOtherNodesAreSkipped() {
        let bytes = ByteBuffer(hex: "92 90 82 A2 70 31 C4 01 2A A2 70 32 C4 01 2B")
        let envelope = InvocationEnvelope(decoding: bytes, [DummyCodec(name: "p2"), DummyCodec(name: "p3")])
        #expect(envelope?.payloads[codec: 0] == ByteBuffer(bytes: [0x2B]))
        #expect(envelope?.payloads[codec: 1] == nil)
    }

    @Test func nodeMessagesKeepTheirForm() {
        let messages: [NodeMessage] = [
            .locate(id: 300, server: "s", connectionID: "c"), .located(id: 0, isHere: false),
        ]
        for message in messages { #expect(NodeMessage(decoding: message.encoded()) == message) }
        #expect(messages[0].encoded().hex == "94 01 CD 01 2C A1 73 A1 63")
        #expect(messages[1].encoded().hex == "93 02 00 C2")
    }

    @Test func everyPrefixAndEveryMutationOfAPayloadIsReadOrRefused() {
        let payloads = [
            "92 91 A1 61 82 A2 70 31 C4 01 2A A2 70 32 C4 01 2A", "95 2A A1 53 01 A1 47 A1 43", "91 CE 00 01 11 70",
            "94 01 CD 01 2C A1 73 A1 63",
        ].map { ByteBuffer(hex: $0) }
        var generator = SeededGenerator(seed: 11)
        for payload in payloads {
            for length in 0..<payload.readableBytes {
                let prefix = payload.getSlice(at: payload.readerIndex, length: length) ?? ByteBuffer()
                #expect(InvocationEnvelope(decoding: prefix, [DummyCodec(name: "p1")]) == nil)
                #expect(GroupCommand(decoding: prefix) == nil)
                #expect(NodeMessage(decoding: prefix) == nil || length > 1)
            }
            for _ in 0..<2_000 {
                var bytes = Array(payload.readableBytesView)
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                        in: 0...255,
                        using: &generator
                    )
                }
                let mutated = ByteBuffer(bytes: bytes)
                // What must not happen is a trap; a value that is read must be one that can be written.
                if let envelope = InvocationEnvelope(decoding: mutated, [DummyCodec(name: "p1")]) {
                    #expect(envelope.encoded([DummyCodec(name: "p1")]).readableBytes > 0)
                }
                if let command = GroupCommand(decoding: mutated) {
                    #expect(GroupCommand(decoding: command.encoded()) == command)
                }
                if let message = NodeMessage(decoding: mutated), case .locate = message {
                    #expect(NodeMessage(decoding: message.encoded()) == message)
                }
            }
        }
    }

    @Test func channelNamesAreThoseOfNet() {
        let channels = BackplaneChannels(hub: "ChatSample.Hubs.Chat", server: "S_1")
        #expect(channels.all == "ChatSample.Hubs.Chat:all")
        #expect(channels.groupCommands == "ChatSample.Hubs.Chat:internal:groups")
        #expect(channels.acks == "ChatSample.Hubs.Chat:internal:ack:S_1")
        #expect(channels.acks(of: "T") == "ChatSample.Hubs.Chat:internal:ack:T")
        #expect(channels.connection("c1") == "ChatSample.Hubs.Chat:connection:c1")
        #expect(channels.user("*") == "ChatSample.Hubs.Chat:user:*")
        #expect(channels.group("a:b") == "ChatSample.Hubs.Chat:group:a:b")
        #expect(channels.nodes == "ChatSample.Hubs.Chat:internal:swift:all")
        #expect(channels.answers == "ChatSample.Hubs.Chat:internal:swift:node:S_1")
        #expect(channels.connectionID(of: channels.connection("c1")) == "c1")
        #expect(channels.connectionID(of: channels.user("c1")) == nil)
    }
}
