import HubProtocol
import NIOCore
import Testing

@Suite("HubValue", .timeLimit(.minutes(1)))
struct HubValueTests {
    static let texts = [
        "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551615",
        "0.5",
        "-0", "1e+300", #""""#, #""a\"b\\c\n""#, "[]", "{}", #"[1,[2,{"z":1,"a":2,"z":3}],null]"#, #"{"":{}}"#,
        #""ü😀""#,
    ]

    @Test("comes back as the same text", arguments: texts)
    func textRoundTrip(_ text: String) throws {
        let value = try value(text, as: HubValue.self)
        #expect(try json(value) == text)
        #expect(try HubProtocolTests.value(text, as: RawHubValue.self).decode(as: HubValue.self) == value)
    }

    @Test func numbersKeepTheirKind() throws {
        #expect(try value("5") == HubValue.int(5))
        #expect(try value("18446744073709551615") == HubValue.unsigned(.max))
        #expect(try value("5.0") == HubValue.double(5))
        #expect(try value("18446744073709551616") == HubValue.double(0x1p64))
        #expect(throws: HubBindingError.self) { try value("1e400", as: HubValue.self) }
    }

    @Test func membersKeepTheirOrderAndTheLastOfANameIsFound() throws {
        let object = try value(#"{"b":1,"a":2,"b":3}"#, as: HubValue.self)
        #expect(
            object
                == .object(
                    HubObject([.init(name: "b", value: 1), .init(name: "a", value: 2), .init(name: "b", value: 3)])
                )
        )
        guard case .object(let members) = object else { return }
        #expect(members["b"] == 3)
        #expect(members["c"] == nil)
    }

    @Test func literalsReadLikeJSON() throws {
        let value: HubValue = ["name": "Ada", "tags": ["x", 1, 1.5, true, nil]]
        #expect(try json(value) == #"{"name":"Ada","tags":["x",1,1.5,true,null]}"#)
    }

    @Test func bytesAreBase64() throws {
        #expect(try json(HubValue.binary([1, 2, 3])) == #""AQID""#)
    }

    @Test func valuesInsideCodableTypesKeepEverything() throws {
        struct Envelope: Codable {
            var payload: HubValue
            var raw: RawHubValue
        }
        let text = #"{"payload":{"b":1,"A":[18446744073709551615]},"raw":{"Z":1.50}}"#
        #expect(try json(value(text, as: Envelope.self)) == text)
    }

    @Test func aValueThatIsTooDeepIsNotWritten() throws {
        var value: HubValue = 1
        for _ in 0..<64 { value = .array([value]) }
        #expect(throws: Never.self) { try json(value) }
        let error = #expect(throws: HubEncodingError.self) { try json(HubValue.array([value])) }
        #expect(error?.code == .tooDeep)
    }
}
