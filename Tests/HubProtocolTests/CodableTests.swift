import FoundationEssentials
import HubProtocol
import NIOCore
import Testing

@Suite("Codable types", .timeLimit(.minutes(1)))
struct CodableTests {
    enum Level: String, Codable, Sendable { case low, high }
    enum Event: Codable, Equatable, Sendable { case joined(user: String, at: Int), left }

    struct Address: Codable, Equatable, Sendable {
        var street: String
        var zip: Int?
    }

    struct Person: Codable, Equatable, Sendable {
        var FirstName: String
        var URLValue: String
        var level: Level
        var address: Address?
        var addresses: [Address]
        var scores: [String: Int]
        var matrix: [[Double]]
        var id: UUID
        var flags: Set<Int>
        var tiny: Int8
        var big: UInt64
        var ratio: Float
        var events: [Event]
    }

    static let person = Person(
        FirstName: "Ada",
        URLValue: "http://x/y",
        level: .high,
        address: Address(street: "Main \"1\"", zip: 12345),
        addresses: [Address(street: "", zip: nil)],
        scores: ["Ada": 1],
        matrix: [[1, 2.5], []],
        id: UUID(uuid: (0xAB, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)),
        flags: [7],
        tiny: -128,
        big: .max,
        ratio: 0.1,
        events: [.joined(user: "u", at: 1), .left]
    )

    static let personText =
        #"{"firstName":"Ada","urlValue":"http://x/y","level":"high","#
        + #""address":{"street":"Main \"1\"","zip":12345},"addresses":[{"street":""}],"scores":{"Ada":1},"#
        + #""matrix":[[1,2.5],[]],"id":"ab010203-0405-0607-0809-0a0b0c0d0e0f","flags":[7],"tiny":-128,"#
        + #""big":18446744073709551615,"ratio":0.1,"events":[{"joined":{"user":"u","at":1}},{"left":{}}]}"#

    @Test func areWrittenInDeclaredOrderInCamelCase() throws {
        #expect(try json(Self.person) == Self.personText)
        #expect(try value(Self.personText) == Self.person)
    }

    @Test func propertiesAreFoundWithoutRegardToCaseExactMatchFirst() throws {
        #expect(try value(#"{"STREET":"a","Zip":1}"#) == Address(street: "a", zip: 1))
        #expect(try value(#"{"STREET":"a","street":"b","Street":"c"}"#) == Address(street: "b", zip: nil))
        #expect(try value(#"{"street":"a","street":"b","zip":null,"x":[{}]}"#) == Address(street: "b", zip: nil))
        #expect(try value(#"{"str\u0065et":"a"}"#) == Address(street: "a", zip: nil))
        let many = (0..<40).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
        #expect(try value("{\(many),\"STREET\":\"a\",\"zip\":1,\"Zip\":2}") == Address(street: "a", zip: 1))
    }

    @Test func dictionaryKeysAreLeftAlone() throws {
        let dictionary = ["URLValue": 1]
        #expect(try json(dictionary) == #"{"URLValue":1}"#)
        #expect(try value(#"{"Key":1,"key":2,"KEY":3}"#) == ["Key": 1, "key": 2, "KEY": 3])
        let large = Dictionary(uniqueKeysWithValues: (0..<500).map { ("Key\($0)", $0) })
        #expect(try value(json(large)) == large)
        #expect(try value(#"{"1":"a"}"#) == [1: "a"])
    }

    @Test func bindingErrorsSayWhatAndWhere() throws {
        let missing = #expect(throws: HubBindingError.self) { try value(#"[{"zip":1}]"#, as: [Address].self) }
        #expect(missing?.code == .missingValue)
        #expect(missing?.message == "At [0]: The property 'street' is missing.")
        let wrong = #expect(throws: HubBindingError.self) {
            try value(#"{"street":"a","zip":"b"}"#, as: Address.self)
        }
        #expect(wrong?.code == .wrongType)
        #expect(wrong?.message == "At zip: Expected a number, found a text.")
        let null = #expect(throws: HubBindingError.self) { try value("null", as: Int.self) }
        #expect(null?.code == .missingValue)
        let level = #expect(throws: HubBindingError.self) { try value(#""medium""#, as: Level.self) }
        #expect(level?.code == .rejected)
        #expect(throws: HubBindingError.self) { try value("[1]", as: Address.self) }
        #expect(throws: HubBindingError.self) { try value("{}", as: [Int].self) }
    }

    static let numbersThatDoNotFit = ["128", "-129", "1.5", "1e2000", "99999999999999999999", "9007199254740993.0"]

    @Test("whole numbers that do not fit are binding errors", arguments: numbersThatDoNotFit)
    func integersThatDoNotFit(_ text: String) {
        let error = #expect(throws: HubBindingError.self) { try value(text, as: Int8.self) }
        #expect(error?.code == .outOfRange)
    }

    @Test func numbersAreReadExactly() throws {
        #expect(try value("127") == Int8.max)
        #expect(try value("-128") == Int8.min)
        #expect(try value("1e2") == 100)
        #expect(try value("3.0") == UInt8(3))
        #expect(throws: HubBindingError.self) { try value("-1", as: UInt.self) }
        #expect(throws: HubBindingError.self) { try value("1e400", as: Double.self) }
        #expect(throws: HubBindingError.self) { try value("1e39", as: Float.self) }
        #expect(try value("-0", as: Double.self).sign == .minus)
    }

    @Test func doublesAreWrittenInTheShortestFormThatReadsBack() throws {
        for (number, text) in [(1.0, "1"), (0.1, "0.1"), (-2.5, "-2.5"), (100, "100"), (1e16, "1e+16"), (-0.0, "-0")] {
            #expect(try json(number) == text)
        }
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<2_000 {
            let number = Double(bitPattern: generator.next())
            guard number.isFinite else { continue }
            #expect(try value(json(number)) == number)
        }
        for _ in 0..<2_000 {
            let text =
                "\(Int.random(in: -99_999...99_999, using: &generator)).\(Int.random(in: 0...999_999, using: &generator))"
            #expect(try value(text) == Double(text))
        }
        for number in [Double.nan, .infinity, -.infinity] {
            #expect(throws: HubEncodingError.self) { try json(number) }
        }
        #expect(throws: HubEncodingError.self) { try json(["a": [Float.nan]]) }
    }

    @Test func textsAreEscapedOnlyWhereNeeded() throws {
        #expect(
            try json("a\"b\\c/d\u{08}\t\n\u{0C}\r\u{00}\u{1F}\u{7F}é😀<>&'+")
                == #""a\"b\\c/d\b\t\n\f\r\u0000\u001F\u007Fé😀<>&'+""#
        )
        #expect(try value(#""\u00e9\uD83D\uDE00\/\b""#) == "é😀/\u{08}")
        for text in [#""\ud800""#, #""\udc00\ud800""#, #""\ud800x""#, #""\ud800\u0041""#] {
            let error = #expect(throws: HubBindingError.self) { try value(text, as: String.self) }
            #expect(error?.code == .invalidText)
        }
    }

    @Test func optionalsAreNull() throws {
        #expect(try json(String?.none) == "null")
        #expect(try json([1, nil, 3]) == "[1,null,3]")
        #expect(try value("[1,null]") == [1, nil])
        #expect(try value("null", as: String?.self) == nil)
        #expect(try value("\"a\"", as: String?.self) == "a")
    }

    class Base: Codable {
        var one = 1
    }

    final class Derived: Base {
        var two = 2
        enum CodingKeys: CodingKey { case two }
        override init() { super.init() }
        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            two = try container.decode(Int.self, forKey: .two)
            try super.init(from: try container.superDecoder())
        }
        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try super.encode(to: container.superEncoder())
            try container.encode(two, forKey: .two)
        }
    }

    struct Wrapper: Encodable, Sendable {
        func encode(to encoder: any Encoder) throws { try Derived().encode(to: encoder) }
    }

    @Test func classesUseSuperCoders() throws {
        #expect(try json(Wrapper()) == #"{"super":{"one":1},"two":2}"#)
        let derived = try value(#"{"super":{"one":8},"two":9}"#, as: Derived.self)
        #expect(derived.one == 8)
        #expect(derived.two == 9)
    }

    struct Interleaved: Encodable, Sendable {
        enum Keys: CodingKey { case a, b, c }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            var first = container.nestedContainer(keyedBy: Keys.self, forKey: .a)
            var second = container.nestedUnkeyedContainer(forKey: .b)
            try second.encode(1)
            try first.encode("x", forKey: .a)
            try container.encode(true, forKey: .c)
            var third = second.nestedUnkeyedContainer()
            try first.encodeNil(forKey: .b)
            try second.encode(2)
            try third.encode(3)
        }
    }

    @Test func nestedContainersMayBeFilledInAnyOrder() throws {
        #expect(try json(Interleaved()) == #"{"a":{"a":"x","b":null},"b":[1,[3],2],"c":true}"#)
        #expect(try json([Interleaved()]) == #"[{"a":{"a":"x","b":null},"b":[1,[3],2],"c":true}]"#)
    }

    struct Recovering: Encodable, Sendable {
        enum Keys: CodingKey { case bad, good }
        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: Keys.self)
            do { try container.encode(["x": Double.nan], forKey: .bad) } catch {}
            try container.encode(1, forKey: .good)
        }
    }

    @Test func aTypeMayRecoverFromAValueThatCannotBeWritten() throws {
        #expect(try json(Recovering()) == #"{"good":1}"#)
    }

    struct Endless: Encodable, Sendable {
        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(Endless())
        }
    }

    @Test func aValueThatContainsItselfIsAnError() throws {
        let error = #expect(throws: HubEncodingError.self) { try json(Endless()) }
        #expect(error?.code == .tooDeep)
    }

    struct Confused: Encodable, Sendable {
        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            try container.encode(1)
            try container.encode(2)
        }
    }

    @Test func aTypeThatWritesTwoValuesInOnePlaceIsAnError() throws {
        #expect(throws: HubEncodingError.self) { try json(Confused()) }
    }

    static let dates: [(String, Double)] = [
        ("2017-04-11T00:00:00Z", 1_491_868_800), ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.5Z", -0.5),
        ("2000-02-29T12:34:56.789Z", 951_827_696.789), ("0001-01-01T00:00:00Z", -62_135_596_800),
        ("9999-12-31T23:59:59Z", 253_402_300_799), ("2026-11-22T10:00:00.000001Z", 1_795_341_600.000001),
    ]

    @Test("dates are ISO 8601 in UTC", arguments: dates)
    func datesBothWays(_ text: String, _ seconds: Double) throws {
        let date = Date(timeIntervalSince1970: seconds)
        #expect(try json(date) == "\"\(text)\"")
        #expect(abs(try value("\"\(text)\"", as: Date.self).timeIntervalSince(date)) < 1e-6)
    }

    @Test func datesOfOtherFormsAreRead() throws {
        let noon = Date(timeIntervalSince1970: 1_491_912_000)
        for text in [
            "2017-04-11T12:00:00", "2017-04-11T12:00Z", "2017-04-11T14:00:00+02:00", "2017-04-11T11:30:00.000-00:30",
        ] {
            #expect(try value("\"\(text)\"") == noon)
        }
        #expect(try value(#""2017-04-11""#) == Date(timeIntervalSince1970: 1_491_868_800))
        #expect(try value(#""2017-04-11T14:00:00\u002B02:00""#) == noon)
        for text in [
            "", "2017", "2017-02-29", "2017-13-01", "2017-04-11T", "2017-04-11T24:00:00Z", "2017-04-11T12:00:00Zx",
            "2017-04-11T12:00:00.Z", "2017-04-11T12:60:00Z", "2017-04-11T12:00:00+2",
        ] {
            let error = #expect(throws: HubBindingError.self) { try value("\"\(text)\"", as: Date.self) }
            #expect(error?.code == .invalidText)
        }
        #expect(throws: HubEncodingError.self) { try json(Date.distantFuture.addingTimeInterval(1e12)) }
        #expect(throws: HubEncodingError.self) { try json(Date(timeIntervalSince1970: .nan)) }
    }

    @Test func dataAndUUIDAreTexts() throws {
        #expect(try value(#""AQID""#) == Data([1, 2, 3]))
        #expect(throws: HubBindingError.self) { try value(#""A""#, as: Data.self) }
        #expect(throws: HubBindingError.self) { try value(#""no""#, as: UUID.self) }
    }
}
