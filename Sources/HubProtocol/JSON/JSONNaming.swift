/// The names of members: camelCase on the wire, without regard to case when read.
enum JSONNaming {
    /// A name in camelCase, as .NET makes it: `StringProp` becomes `stringProp`, `URLValue` becomes `urlValue`.
    ///
    /// Only ASCII letters change.
    static func camelCase(_ name: String) -> String {
        guard let first = name.utf8.first, isUpper(first) else { return name }
        var bytes = Array(name.utf8)
        for position in bytes.indices {
            if position == 1, !isUpper(bytes[1]) { break }
            if position > 0, position + 1 < bytes.count, !isUpper(bytes[position + 1]) { break }
            bytes[position] = lower(bytes[position])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The same name beginning with an upper-case letter, for types whose keys do.
    static func pascalCase(_ name: String) -> String {
        guard let first = name.utf8.first, first &- UInt8(ascii: "a") < 26 else { return name }
        return String(decoding: [first & 0xDF], as: UTF8.self) + name.dropFirst()
    }

    static func lower(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }

    private static func isUpper(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }
}
