import RedisTestSupport

/// Makes what no honest server sends, and what one sends.
struct HostileWire {
    private(set) var random: SeededGenerator

    init(seed: UInt64) {
        self.random = SeededGenerator(seed: seed)
    }

    /// Honest replies, damaged in a few places, or something that never was honest.
    mutating func next() -> [UInt8] {
        switch Int.random(in: 0..<4, using: &self.random) {
        case 0: return self.bytes(longest: 200)
        case 1: return (0..<Int.random(in: 1...30, using: &self.random)).flatMap { _ in self.fragment() }
        default:
            var wire = (0..<20).flatMap { _ in self.value().encoded }
            for _ in 0..<Int.random(in: 1...6, using: &self.random) {
                self.damage(&wire)
            }
            return wire
        }
    }

    /// An honest reply of any shape.
    mutating func value(depth: Int = 0) -> RESPValue {
        switch Int.random(in: 0..<(depth < 6 ? 9 : 6), using: &self.random) {
        case 0: return .status(self.letters())
        case 1: return .error(self.letters())
        case 2: return .integer(Int64.random(in: .min ... .max, using: &self.random))
        case 3: return .null
        case 4, 5: return .bulk(self.bytes())
        case 6: return .array([self.kind(), .bulk(self.bytes()), .bulk(self.bytes())])
        case 7: return .array([self.kind(), .bulk(self.bytes()), self.value(depth: depth + 1)])
        default:
            return .array((0..<Int.random(in: 0..<5, using: &self.random)).map { _ in self.value(depth: depth + 1) })
        }
    }

    /// Parts of random lengths.
    mutating func split(_ wire: [UInt8]) -> [[UInt8]] {
        let longest = [1, 7, 100, 5_000, 70_000].randomElement(using: &self.random) ?? 1
        var parts: [[UInt8]] = []
        var rest = wire[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...longest, using: &self.random)
            parts.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return parts
    }

    /// What a byte that chooses may be.
    mutating func choice() -> UInt8 {
        UInt8.random(in: .min ... .max, using: &self.random)
    }

    /// A line, or its start or end, that says something outrageous or nothing at all.
    private mutating func fragment() -> [UInt8] {
        let mark = ["$", "*", ":", "+", "-", "%", "~", ">", "|", "#", ",", "_", "(", "=", ""]
        let number = [
            "0", "1", "2", "3", "-1", "-2", "-0", "+1", "01", "7", "8", "", "-", "\(Int32.max)", "2147483648",
            "4294967295",
            "4294967296", "\(Int64.max)", "\(Int64.min)", "9223372036854775808", "99999999999999999999999", "1e9", "t",
            "inf",
            "\u{FF}", String(repeating: "9", count: 70),
        ]
        let end = ["\r\n", "\r\n", "\r\n", "\n", "\r", "", "\r\nmessage\r\n", "\r\nsmessage\r\n$1\r\nc\r\n"]
        let text = [mark, number, end].map { $0.randomElement(using: &self.random) ?? "" }.joined()
        return Array(text.utf8)
    }

    private mutating func kind() -> RESPValue {
        .bulk(Array((["message", "smessage", "pmessage", "mess"].randomElement(using: &self.random) ?? "").utf8))
    }

    private mutating func letters() -> [UInt8] {
        (0..<Int.random(in: 0..<20, using: &self.random)).map { _ in UInt8.random(in: 32..<127, using: &self.random) }
    }

    private mutating func bytes() -> [UInt8] {
        self.bytes(longest: [30, 30, 30, 300, 6_000].randomElement(using: &self.random) ?? 30)
    }

    private mutating func bytes(longest: Int) -> [UInt8] {
        (0..<Int.random(in: 0..<longest, using: &self.random)).map { _ in self.choice() }
    }

    private mutating func damage(_ wire: inout [UInt8]) {
        guard let index = wire.indices.randomElement(using: &self.random) else { return }
        let marks = Array("$*:+-\r\n0123456789%>".utf8)
        switch Int.random(in: 0..<6, using: &self.random) {
        case 0: wire[index] = marks.randomElement(using: &self.random) ?? 0
        case 1: wire[index] = self.choice()
        case 2: wire.remove(at: index)
        case 3: wire.insert(contentsOf: self.fragment(), at: index)
        case 4: wire.removeLast(min(wire.count, Int.random(in: 1...200, using: &self.random)))
        default: wire.insert(marks.randomElement(using: &self.random) ?? 0, at: index)
        }
    }
}
