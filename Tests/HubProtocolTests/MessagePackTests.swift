import HubProtocol
import NIOCore
import Testing

@Suite("MessagePack", .timeLimit(.minutes(1)))
struct MessagePackTests {
    private func written(_ body: (inout MessagePackWriter) -> Void) -> [UInt8] {
        var writer = MessagePackWriter()
        body(&writer)
        return Array(buffer: writer.buffer)
    }

    private func reader(_ bytes: [UInt8]) -> MessagePackReader { MessagePackReader(ByteBuffer(bytes: bytes)) }

    static let integers: [(Int64, [UInt8])] = [
        (0, [0x00]), (42, [0x2A]), (127, [0x7F]), (128, [0xCC, 0x80]), (180, [0xCC, 0xB4]), (255, [0xCC, 0xFF]),
        (256, [0xCD, 1, 0]), (384, [0xCD, 0x01, 0x80]), (70000, [0xCE, 0x00, 0x01, 0x11, 0x70]),
        (4_294_967_296, [0xCF, 0, 0, 0, 1, 0, 0, 0, 0]), (-1, [0xFF]), (-32, [0xE0]), (-33, [0xD0, 0xDF]),
        (-128, [0xD0, 0x80]), (-129, [0xD1, 0xFF, 0x7F]), (-32769, [0xD2, 0xFF, 0xFF, 0x7F, 0xFF]),
        (.min, [0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0]), (.max, [0xCF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
    ]

    @Test("integers take their smallest form", arguments: integers)
    func integersBothWays(_ value: Int64, _ expected: [UInt8]) throws {
        #expect(written { $0.write(value) } == expected)
        var reader = reader(expected)
        #expect(try reader.readInteger(as: Int64.self) == value)
        #expect(reader.isAtEnd)
    }

    @Test func integersAreReadInEveryFormAndMustFit() throws {
        for form in [
            [0xD3, 0, 0, 0, 0, 0, 0, 0, 5], [0xD2, 0, 0, 0, 5], [0xD1, 0, 5], [0xD0, 5],
            [0xCF, 0, 0, 0, 0, 0, 0, 0, 5],
        ]
            as [[UInt8]]
        {
            var reader = reader(form)
            #expect(try reader.readInteger(as: UInt8.self) == 5)
        }
        var large = reader([0xCF] + Array(repeating: 0xFF, count: 8))
        #expect(throws: MessagePackError.self) { try large.readInteger(as: Int64.self) }
        #expect(try large.readInteger(as: UInt64.self) == .max)
        var negative = reader([0xFF])
        #expect(throws: MessagePackError.self) { try negative.readInteger(as: UInt32.self) }
    }

    @Test func lengthsChooseTheirForm() throws {
        for (length, head) in [
            (0, [0xA0]), (31, [0xBF]), (32, [0xD9, 32]), (256, [0xDA, 1, 0]), (65536, [0xDB, 0, 1, 0, 0]),
        ]
            as [(Int, [UInt8])]
        {
            let text = String(repeating: "x", count: length)
            let bytes = written { $0.write(text) }
            #expect(bytes.starts(with: head))
            var reader = reader(bytes)
            #expect(try reader.readString() == text)
        }
        for (length, head) in [(0, [0xC4, 0]), (256, [0xC5, 1, 0]), (65536, [0xC6, 0, 1, 0, 0])] as [(Int, [UInt8])] {
            let data = ByteBuffer(repeating: 7, count: length)
            let bytes = written { $0.write(data) }
            #expect(bytes.starts(with: head))
            var reader = reader(bytes)
            #expect(try reader.readBinary() == data)
        }
        #expect(written { $0.writeArrayHeader(15) } == [0x9F])
        #expect(written { $0.writeArrayHeader(16) } == [0xDC, 0, 16])
        #expect(written { $0.writeArrayHeader(65536) } == [0xDD, 0, 1, 0, 0])
        #expect(written { $0.writeMapHeader(2) } == [0x82])
        #expect(written { $0.writeMapHeader(16) } == [0xDE, 0, 16])
    }

    @Test func floatsBooleansAndNil() throws {
        #expect(written { $0.write(42.0 as Float) } == [0xCA, 0x42, 0x28, 0, 0])
        var reader = reader([0xCA, 0x42, 0x28, 0, 0, 0xCB, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0x07, 0xC3, 0xC2, 0xC0])
        #expect(try reader.readDouble() == 42)
        #expect(try reader.readDouble() == 1.5)
        #expect(try reader.readDouble() == 7)
        #expect(try reader.readBool())
        #expect(try !reader.readBool())
        #expect(try reader.takeNil())
        #expect(reader.isAtEnd)
        #expect(
            written {
                $0.write(1.5); $0.write(true); $0.write(false); $0.writeNil()
            }
                == [0xCB, 0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0xC3, 0xC2, 0xC0]
        )
    }

    /// GroupCommand and Invocation of .NET's RedisProtocolTests.
    @Test func backplaneVectors() throws {
        let command = written {
            $0.writeArrayHeader(5); $0.write(42); $0.write("S"); $0.write(1); $0.write("G"); $0.write("C")
        }
        #expect(command == [0x95, 0x2A, 0xA1, 0x53, 0x01, 0xA1, 0x47, 0xA1, 0x43])
        let invocation = written {
            $0.writeArrayHeader(2)
            $0.writeArrayHeader(1); $0.write("a")
            $0.writeMapHeader(2)
            for name in ["p1", "p2"] { $0.write(name); $0.write(ByteBuffer(bytes: [0x2A])) }
        }
        let expected: [UInt8] = [
            0x92, 0x91, 0xA1, 0x61, 0x82, 0xA2, 0x70, 0x31, 0xC4, 0x01, 0x2A, 0xA2, 0x70, 0x32, 0xC4, 0x01, 0x2A,
        ]
        #expect(invocation == expected)
        var reader = reader(expected)
        #expect(try reader.readArrayHeader() == 2)
        #expect(try reader.readArrayHeader() == 1)
        #expect(try reader.readString() == "a")
        #expect(try reader.readMapHeader() == 2)
        #expect(try reader.readString() == "p1")
        #expect(try reader.readBinary() == ByteBuffer(bytes: [0x2A]))
    }

    /// One value of every form.
    static let values: [[UInt8]] =
        integers.map(\.1) + [
            [0xC0], [0xC2], [0xCA, 1, 2, 3, 4], [0xCB, 1, 2, 3, 4, 5, 6, 7, 8], [0xA2, 0x61, 0x62], [0xD9, 1, 0x61],
            [0xDA, 0, 1, 0x61], [0xDB, 0, 0, 0, 1, 0x61], [0xC4, 1, 9], [0xC5, 0, 1, 9], [0xC6, 0, 0, 0, 1, 9],
            [0xD4, 1, 2],
            [0xD5, 1, 2, 3], [0xD6, 0xFF, 1, 2, 3, 4], [0xD7, 1, 1, 2, 3, 4, 5, 6, 7, 8],
            [0xD8, 1] + Array(repeating: 0, count: 16),
            [0xC7, 2, 1, 8, 9], [0xC8, 0, 1, 1, 9], [0xC9, 0, 0, 0, 1, 1, 9], [0x92, 1, 0xA1, 0x61],
            [0xDC, 0, 1, 0xC0],
            [0xDD, 0, 0, 0, 1, 0x91, 0x00], [0x81, 0xA1, 0x61, 0x90], [0xDE, 0, 1, 1, 2], [0xDF, 0, 0, 0, 1, 1, 2],
        ]

    @Test("every form is skipped whole, and no prefix of it is consumed", arguments: values)
    func skipping(_ value: [UInt8]) throws {
        var whole = reader(value + [0x07])
        try whole.skip()
        #expect(whole.remaining == 1)
        for length in 0..<value.count {
            var part = reader(Array(value[..<length]))
            #expect(throws: MessagePackError.self) { try part.skip() }
            #expect(part.remaining == length)
        }
    }

    @Test("a read of another type or of a prefix throws and consumes nothing", arguments: values)
    func mismatches(_ value: [UInt8]) {
        for length in 0...value.count {
            let bytes = Array(value[..<length])
            let reads: [(inout MessagePackReader) throws -> Void] = [
                { _ = try $0.readBool() }, { _ = try $0.readInteger(as: Int8.self) }, { _ = try $0.readDouble() },
                { _ = try $0.readString() }, { _ = try $0.readBinary() }, { _ = try $0.readExtension() },
                { _ = try $0.readArrayHeader() }, { _ = try $0.readMapHeader() },
            ]
            for read in reads {
                var reader = reader(bytes)
                do { try read(&reader) } catch { #expect(reader.remaining == length) }
                if length == 0 { #expect(throws: MessagePackError.self) { try read(&reader) } }
            }
        }
    }

    @Test func hostileCountsAndNestingAreHarmless() throws {
        for head in [[0xDD, 0xFF, 0xFF, 0xFF, 0xFF], [0xDC, 0xFF, 0xFF], [0x9F]] as [[UInt8]] {
            var reader = reader(head)
            #expect(throws: MessagePackError.self) { try reader.readArrayHeader() }
        }
        for head in [[0xDF, 0xFF, 0xFF, 0xFF, 0xFF, 1], [0x81, 1]] as [[UInt8]] {
            var reader = reader(head)
            #expect(throws: MessagePackError.self) { try reader.readMapHeader() }
        }
        for head in [
            [0xDB, 0xFF, 0xFF, 0xFF, 0xFF], [0xC6, 0xFF, 0xFF, 0xFF, 0xFF], [0xC9, 0xFF, 0xFF, 0xFF, 0xFF, 1],
        ] as [[UInt8]] {
            var reader = reader(head)
            #expect(throws: MessagePackError.self) { try reader.skip() }
        }
        var deep = reader(Array(repeating: 0x91, count: 200_000) + [0xC0])
        try deep.skip()
        #expect(deep.isAtEnd)
        var reserved = reader([0xC1])
        #expect(throws: MessagePackError.self) { try reserved.skip() }
        var text = reader([0xA2, 0xC3, 0x28])
        #expect(throws: MessagePackError.self) { try text.readString() }
    }

    @Test func extensionsTellTheirType() throws {
        var reader = reader([0xD6, 0xFF, 1, 2, 3, 4, 0xC7, 1, 5, 9])
        let timestamp = try reader.readExtension()
        #expect(timestamp.type == -1)
        #expect(timestamp.data == ByteBuffer(bytes: [1, 2, 3, 4]))
        #expect(try reader.readExtension().type == 5)
        #expect(reader.isAtEnd)
    }

    @Test func randomBytesNeverTrap() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...24, using: &generator)
            var reader = reader((0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) })
            while !reader.isAtEnd {
                let before = reader.remaining
                do { try reader.skip() } catch { break }
                #expect(reader.remaining < before)
            }
        }
    }
}
