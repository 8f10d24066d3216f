/// Parses RESP2 in the plainest way, from the start of some bytes; it starts over when more have come.
package struct RESPParser {
    /// Why it can say nothing of the bytes that follow.
    package enum Stop: Error {
        /// A value has not come whole.
        case unfinished
        /// The bytes are no RESP2.
        case malformed
        /// Arrays are nested deeper than 7.
        case tooDeep
        /// Versions of hiredis differ here: RESP3 types, line ends in a line, arrays of more than 2³¹ elements.
        case unspecified
    }

    private static let marksOfRESP3 = Array("%~>|#,_(=".utf8)

    private let bytes: [UInt8]
    private var index = 0

    /// Parses one value.
    ///
    /// - Parameter bytes: The bytes; a value that has not come whole is not taken.
    /// - Returns: The value and how many bytes it took, or nil if it has not come whole.
    /// - Throws: ``Stop``.
    package static func parse(_ bytes: some Sequence<UInt8>) throws(Stop) -> (value: RESPValue, count: Int)? {
        var parser = RESPParser(bytes: Array(bytes))
        do {
            return (try parser.value(depth: 0), parser.index)
        } catch .unfinished {
            return nil
        }
    }

    /// Parses all the values there are.
    ///
    /// - Parameter bytes: The bytes.
    /// - Returns: The values, and what comes after the last of them; `unfinished` also if nothing does.
    package static func parseAll(_ bytes: some Sequence<UInt8>) -> (values: [RESPValue], stop: Stop) {
        var parser = RESPParser(bytes: Array(bytes))
        var values: [RESPValue] = []
        while true {
            do throws(Stop) {
                values.append(try parser.value(depth: 0))
            } catch {
                return (values, error)
            }
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private mutating func value(depth: Int) throws(Stop) -> RESPValue {
        guard self.index < self.bytes.count else { throw .unfinished }
        let mark = self.bytes[self.index]
        switch mark {
        case UInt8(ascii: "+"): return .status(try self.text())
        case UInt8(ascii: "-"): return .error(try self.text())
        case UInt8(ascii: ":"): return .integer(try Self.number(try self.line()))
        case UInt8(ascii: "$"): return try self.bulk(try Self.number(try self.line()))
        case UInt8(ascii: "*"): return try self.array(try Self.number(try self.line()), depth: depth)
        default: throw Self.marksOfRESP3.contains(mark) ? .unspecified : .malformed
        }
    }

    private mutating func bulk(_ length: Int64) throws(Stop) -> RESPValue {
        guard length >= 0 else { return try Self.null(length) }
        guard length <= self.bytes.count, self.index + Int(length) + 2 <= self.bytes.count else { throw .unfinished }
        let start = self.index
        self.index += Int(length) + 2
        return .bulk(Array(self.bytes[start..<start + Int(length)]))
    }

    private mutating func array(_ count: Int64, depth: Int) throws(Stop) -> RESPValue {
        guard count >= 0 else { return try Self.null(count) }
        guard count <= Int64(Int32.max) else { throw .unspecified }
        guard depth < 7 else { throw .tooDeep }
        var elements: [RESPValue] = []
        while elements.count < count {
            elements.append(try self.value(depth: depth + 1))
        }
        return .array(elements)
    }

    /// A line that is a text.
    private mutating func text() throws(Stop) -> [UInt8] {
        let line = try self.line()
        guard !line.contains(where: { $0 == 0x0D || $0 == 0x0A }) else { throw .unspecified }
        return line
    }

    /// The line after the mark; moves past its end.
    private mutating func line() throws(Stop) -> [UInt8] {
        var end = self.index + 1
        while end + 1 < self.bytes.count {
            if self.bytes[end] == 0x0D, self.bytes[end + 1] == 0x0A {
                let line = Array(self.bytes[self.index + 1..<end])
                self.index = end + 2
                return line
            }
            end += 1
        }
        throw .unfinished
    }

    /// A number as servers write it: no plus sign and no leading zeros.
    private static func number(_ line: [UInt8]) throws(Stop) -> Int64 {
        let text = String(decoding: line, as: UTF8.self)
        guard let number = Int64(text), String(number) == text else { throw .malformed }
        return number
    }

    /// The null string or array, whose length is -1.
    private static func null(_ length: Int64) throws(Stop) -> RESPValue {
        guard length == -1 else { throw .malformed }
        return .null
    }
}
