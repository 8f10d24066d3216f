/// Parses whole RESP2 values from the start of some bytes; it starts over when more have come.
package struct RESPParser {
    /// The bytes are no RESP2.
    package struct Malformed: Error {}

    private let bytes: [UInt8]
    private var index = 0

    /// Parses one value.
    ///
    /// - Parameter bytes: The bytes; a value that has not come whole is not taken.
    /// - Returns: The value and how many bytes it took, or nil if it has not come whole.
    /// - Throws: ``Malformed``.
    package static func parse(_ bytes: some Sequence<UInt8>) throws -> (value: RESPValue, count: Int)? {
        var parser = RESPParser(bytes: Array(bytes))
        guard let value = try parser.value(depth: 0) else { return nil }
        return (value, parser.index)
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func value(depth: Int) throws -> RESPValue? {
        guard depth < 9, self.index < self.bytes.count else {
            if depth >= 9 { throw Malformed() }
            return nil
        }
        let mark = self.bytes[self.index]
        guard let line = self.line() else { return nil }
        switch mark {
        case UInt8(ascii: "+"): return .status(line)
        case UInt8(ascii: "-"): return .error(line)
        case UInt8(ascii: ":"): return .integer(try Self.number(line))
        case UInt8(ascii: "$"): return try self.bulk(try Self.number(line))
        case UInt8(ascii: "*"): return try self.array(try Self.number(line), depth: depth)
        default: throw Malformed()
        }
    }

    private mutating func bulk(_ length: Int64) throws -> RESPValue? {
        guard length >= 0 else { return length == -1 ? .null : try Self.refuse() }
        guard length <= self.bytes.count, self.index + Int(length) + 2 <= self.bytes.count else { return nil }
        let start = self.index
        self.index += Int(length) + 2
        return .bulk(Array(self.bytes[start..<start + Int(length)]))
    }

    private mutating func array(_ count: Int64, depth: Int) throws -> RESPValue? {
        guard count >= 0 else { return count == -1 ? .null : try Self.refuse() }
        var elements: [RESPValue] = []
        while elements.count < count {
            guard let element = try self.value(depth: depth + 1) else { return nil }
            elements.append(element)
        }
        return .array(elements)
    }

    /// The line after the mark; moves past its end.
    private mutating func line() -> [UInt8]? {
        var end = self.index + 1
        while end + 1 < self.bytes.count {
            if self.bytes[end] == 0x0D, self.bytes[end + 1] == 0x0A {
                let line = Array(self.bytes[self.index + 1..<end])
                self.index = end + 2
                return line
            }
            end += 1
        }
        return nil
    }

    private static func number(_ line: [UInt8]) throws -> Int64 {
        guard let number = Int64(String(decoding: line, as: UTF8.self)) else { throw Malformed() }
        return number
    }

    private static func refuse() throws -> RESPValue? {
        throw Malformed()
    }
}
