import NIOCore

/// Finds the members of an object by name: the exact name first, then without regard to case; of several, the last.
///
/// Small objects are searched, large ones indexed, so that no peer can make decoding quadratic.
struct JSONMembers {
    private static let searchedCount = 12

    private let tape: JSONTape
    private let object: Int
    private let index: Index?

    private struct Index {
        var exact: [[UInt8]: Int] = [:]
        var folded: [[UInt8]: Int] = [:]
    }

    init(_ tape: JSONTape, object: Int) {
        self.tape = tape
        self.object = object
        index = tape.count(object) > Self.searchedCount ? Self.makeIndex(tape, object) : nil
    }

    /// The names in order, each as often as it occurs.
    var names: [String] {
        var names: [String] = []
        Self.forEach(tape, object) { name, _ in
            if let name = JSONUnescaping.string(name, in: tape.buffer) { names.append(name) }
        }
        return names
    }

    /// The entry of the value with a name.
    ///
    /// - Parameters:
    ///   - name: The name as it is on the wire.
    ///   - ignoringCase: Whether a name that differs only in the case of ASCII letters will do.
    /// - Returns: The entry, or nil when there is no such member.
    func value(named name: String, ignoringCase: Bool) -> Int? {
        if let index {
            let bytes = Array(name.utf8)
            return index.exact[bytes] ?? (ignoringCase ? index.folded[bytes.map(JSONNaming.lower)] : nil)
        }
        var exact: Int?
        var folded: Int?
        Self.forEach(tape, object) { text, value in
            switch match(text, name) {
            case .exact: exact = value
            case .folded: folded = value
            case .none: break
            }
        }
        return exact ?? (ignoringCase ? folded : nil)
    }

    private enum Match { case exact, folded, none }

    private func match(_ text: JSONText, _ name: String) -> Match {
        let buffer = tape.buffer
        let bytes = buffer.readableBytesUInt8Span
        if text.hasEscapes {
            guard let unescaped = JSONUnescaping.unescape(text, bytes) else { return .none }
            return Self.match(unescaped.span, 0..<unescaped.count, name)
        }
        return Self.match(bytes, text.range, name)
    }

    private static func match(_ bytes: Span<UInt8>, _ range: Range<Int>, _ name: String) -> Match {
        guard range.count == name.utf8.count else { return .none }
        var result = Match.exact
        var position = range.lowerBound
        for byte in name.utf8 {
            if byte != bytes[position] {
                guard JSONNaming.lower(byte) == JSONNaming.lower(bytes[position]) else { return .none }
                result = .folded
            }
            position += 1
        }
        return result
    }

    private static func makeIndex(_ tape: JSONTape, _ object: Int) -> Index {
        var index = Index()
        let buffer = tape.buffer
        forEach(tape, object) { text, value in
            guard let name = JSONUnescaping.unescape(text, buffer.readableBytesUInt8Span) else { return }
            index.exact[name] = value
            index.folded[name.map(JSONNaming.lower)] = value
        }
        return index
    }

    private static func forEach(_ tape: JSONTape, _ object: Int, _ body: (JSONText, Int) -> Void) {
        var entry = object + 1
        for _ in 0..<tape.count(object) {
            let range = tape.range(entry)
            let text = JSONText(start: range.lowerBound, end: range.upperBound, hasEscapes: tape.count(entry) == 1)
            body(text, entry + 1)
            entry = tape.next(entry + 1)
        }
    }
}
