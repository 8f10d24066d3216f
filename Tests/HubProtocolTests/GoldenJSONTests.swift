import FoundationEssentials
import HubProtocol
import NIOCore
import Testing

/// The vectors of .NET's JsonHubProtocolTestsBase.
@Suite("Golden JSON messages", .timeLimit(.minutes(1)))
struct GoldenJSONTests {
    static let messages = [
        #"{"type":1,"invocationId":"123","target":"Target","arguments":[1,"Foo"]}"#,
        #"{"type":1,"target":"Target","arguments":[null]}"#,
        #"{"type":1,"target":"Target","arguments":[]}"#,
        #"{"type":1,"target":"Target","arguments":[42],"streamIds":["__test_id__"]}"#,
        #"{"type":1,"headers":{"Foo":"Bar","KeyWith\nNew\r\nLines":"Still\nWorks"},"target":"T","arguments":[1.5]}"#,
        #"{"type":2,"invocationId":"123","item":null}"#,
        #"{"type":2,"invocationId":"123","item":{"stringProp":"SignalR!","doubleProp":6.2831853071,"intProp":42}}"#,
        #"{"type":3,"invocationId":"123"}"#,
        #"{"type":3,"invocationId":"123","result":null}"#,
        #"{"type":3,"invocationId":"123","error":"Whoops!"}"#,
        #"{"type":3,"headers":{"Foo":"Bar"},"invocationId":"123","result":[1,2]}"#,
        #"{"type":4,"invocationId":"123","target":"Target","arguments":[true]}"#,
        #"{"type":4,"invocationId":"123","target":"Target","arguments":["ключ ⌘ 😀"],"streamIds":["a","b"]}"#,
        #"{"type":5,"invocationId":"123"}"#,
        #"{"type":5,"headers":{"Foo":"Bar"},"invocationId":"123"}"#,
        #"{"type":6}"#,
        #"{"type":7}"#,
        #"{"type":7,"error":""}"#,
        #"{"type":7,"error":"Error!"}"#,
        #"{"type":7,"allowReconnect":true}"#,
        #"{"type":7,"error":"Error!","allowReconnect":true}"#,
        #"{"type":8,"sequenceId":1394}"#,
        #"{"type":9,"sequenceId":1234}"#,
    ]

    @Test("are read, and written back byte for byte", arguments: messages)
    func roundTrip(_ text: String) throws {
        #expect(try json(outgoing(message(text))) == text)
    }

    @Test func areWrittenFromPlainValues() throws {
        let call = OutgoingHubMessage.invocation(invocationID: "123", target: "Target", arguments: [1, "Foo"])
        #expect(try json(call) == #"{"type":1,"invocationId":"123","target":"Target","arguments":[1,"Foo"]}"#)
        let empty = OutgoingHubMessage.completion(invocationID: "123", outcome: .error(""))
        #expect(try json(empty) == #"{"type":3,"invocationId":"123"}"#)
    }

    @Test func argumentsAreDecodedOnDemand() throws {
        guard case .invocation(let call) = try message(Self.messages[0]) else { Issue.record("not type 1"); return }
        #expect(call.target == "Target")
        #expect(call.invocationID == "123")
        #expect(call.arguments.count == 2)
        #expect(try call.arguments[0].decode(as: Int.self) == 1)
        #expect(try call.arguments[1].decode(as: String.self) == "Foo")
        #expect(throws: HubBindingError.self) { try call.arguments[1].decode(as: Int.self) }
    }

    struct CustomObject: Codable, Equatable {
        var StringProp: String? = "SignalR!"
        var DoubleProp = 6.2831853071
        var IntProp = 42
        var DateTimeProp = Date(timeIntervalSince1970: 1_491_868_800)
        var NullProp: String?
        var ByteArrProp: Data? = Data([1, 2, 3])

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(StringProp, forKey: .StringProp)
            try container.encode(DoubleProp, forKey: .DoubleProp)
            try container.encode(IntProp, forKey: .IntProp)
            try container.encode(DateTimeProp, forKey: .DateTimeProp)
            try container.encode(NullProp, forKey: .NullProp)
            try container.encode(ByteArrProp, forKey: .ByteArrProp)
        }
    }

    @Test func customObjectIsWrittenAsDotNetWritesIt() throws {
        let expected =
            #"{"stringProp":"SignalR!","doubleProp":6.2831853071,"intProp":42,"#
            + #""dateTimeProp":"2017-04-11T00:00:00Z","nullProp":null,"byteArrProp":"AQID"}"#
        #expect(try json(CustomObject()) == expected)
        #expect(try value(expected, as: CustomObject.self) == CustomObject())
    }

    @Test func propertiesMayComeInAnyOrder() throws {
        let shuffled = [
            #" { "arguments" : [ 1 , "Foo" ] , "target":"Target","invocationId":"123","type":1 } "#,
            #"{"unknown":{"type":[9]},"target":"Target","type":1,"arguments":[1,"Foo"],"invocationId":"123"}"#,
            #"{"\u0074ype":1,"invocationId":"123","t\u0061rget":"T\u0061rget","arguments":[1,"Foo"]}"#,
        ]
        for text in shuffled { #expect(try json(outgoing(message(text))) == Self.messages[0]) }
        #expect(
            try json(outgoing(message(#"{"item":5,"invocationId":"1","type":2}"#)))
                == #"{"type":2,"invocationId":"1","item":5}"#
        )
        #expect(
            try json(outgoing(message(#"{"result":{"a":1},"invocationId":"1","type":3}"#)))
                == #"{"type":3,"invocationId":"1","result":{"a":1}}"#
        )
    }

    @Test func unknownTypesAreReported() throws {
        guard case .unknown(let type) = try message(#"{"type":42,"payload":[1,{"a":2}]}"#) else {
            Issue.record("expected an unknown type")
            return
        }
        #expect(type == 42)
    }

    @Test func emptyInvocationIDAsksForNoAnswer() throws {
        guard case .invocation(let call) = try message(#"{"type":1,"invocationId":"","target":"T","arguments":[]}"#)
        else {
            Issue.record("not type 1")
            return
        }
        #expect(call.invocationID == nil)
    }
}
