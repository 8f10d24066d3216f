/// Patterns as Redis' access lists have them.
enum GlobPatterns {
    /// Patterns that match every name but one: names that differ at some place, shorter ones and longer ones.
    static func ofAllBut(_ name: [UInt8]) -> [[UInt8]] {
        var patterns = [Self.escaped(name) + Array("?*".utf8)]
        for place in name.indices {
            let start = Self.escaped(Array(name[..<place]))
            if !start.isEmpty { patterns.append(start) }
            patterns.append(start + Array("[^".utf8) + Self.escaped([name[place]]) + Array("]*".utf8))
        }
        return patterns
    }

    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { [UInt8(ascii: "\\"), $0] }
    }
}
