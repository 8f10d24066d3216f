import NIOCore
import RedisTestSupport
import Testing

@testable import RedisBus

/// hiredis behind our shim against the tests' own parser.
@Suite("hiredis' reader against a second parser", .timeLimit(.minutes(1)))
struct HiredisReaderDifferentialTests {
    @Test(arguments: 0..<60 as Range<UInt64>)
    func agreesAtRandomSplitPoints(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let values = (0..<40).map { _ in Self.value(depth: 0, &random) }
        let wire = values.flatMap(\.encoded)
        let parts = Self.split(wire, &random)
        let isSame = try read(parts).replies == values
        #expect(isSame)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func neverTrapsOnMutatedBytes(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var wire = (0..<20).flatMap { _ in Self.value(depth: 0, &random).encoded }
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            Self.mutate(&wire, &random)
        }
        var recorder = ReplyRecorder()
        var reader = try HiredisReader(limit: 1_000_000)
        do {
            for part in Self.split(wire, &random) {
                try reader.read(ByteBuffer(bytes: part), into: &recorder)
            }
        } catch {}
        // What came before the first difference must be what the second parser finds there.
        var rest = wire[...]
        for reply in recorder.replies {
            guard let expected = try? RESPParser.parse(rest) else { break }
            // Compared outside the macro, which would print thousands of bytes.
            let isSame = reply == expected.value.withRepairedText
            #expect(isSame, "seed \(seed)")
            rest = rest.dropFirst(expected.count)
        }
    }

    private static func value(depth: Int, _ random: inout SeededGenerator) -> RESPValue {
        switch Int.random(in: 0..<(depth < 5 ? 9 : 6), using: &random) {
        case 0: return .status(Self.letters(&random))
        case 1: return .error(Self.letters(&random))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &random))
        case 3: return .null
        case 4, 5: return .bulk(Self.bytes(&random))
        case 6: return .array([Self.messageKind(&random), .bulk(Self.bytes(&random)), .bulk(Self.bytes(&random))])
        case 7:
            let last = Self.value(depth: depth + 1, &random)
            return .array([Self.messageKind(&random), .bulk(Self.bytes(&random)), last])
        default:
            return .array(
                (0..<Int.random(in: 0..<5, using: &random)).map { _ in Self.value(depth: depth + 1, &random) }
            )
        }
    }

    private static func messageKind(_ random: inout SeededGenerator) -> RESPValue {
        .bulk(Array((Bool.random(using: &random) ? "message" : "smessage").utf8))
    }

    private static func letters(_ random: inout SeededGenerator) -> [UInt8] {
        (0..<Int.random(in: 0..<20, using: &random)).map { _ in UInt8.random(in: 32..<127, using: &random) }
    }

    private static func bytes(_ random: inout SeededGenerator) -> [UInt8] {
        let count = Bool.random(using: &random) ? 30 : 6_000
        return (0..<Int.random(in: 0..<count, using: &random)).map { _ in
            UInt8.random(in: .min ... .max, using: &random)
        }
    }

    private static func split(_ wire: [UInt8], _ random: inout SeededGenerator) -> [[UInt8]] {
        let longest = [1, 7, 100, 5_000, 70_000].randomElement(using: &random) ?? 1
        var parts: [[UInt8]] = []
        var rest = wire[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...longest, using: &random)
            parts.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return parts
    }

    private static func mutate(_ wire: inout [UInt8], _ random: inout SeededGenerator) {
        guard let index = wire.indices.randomElement(using: &random) else { return }
        let marks = Array("$*:+-\r\n0123456789%>".utf8)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: wire[index] = marks.randomElement(using: &random) ?? 0
        case 1: wire[index] = UInt8.random(in: .min ... .max, using: &random)
        case 2: wire.remove(at: index)
        default: wire.insert(marks.randomElement(using: &random) ?? 0, at: index)
        }
    }
}
