/// A value of RESP2, with a parser that shares nothing with the product's: it is the oracle of the codec's tests.
package indirect enum RESPValue: Equatable, Sendable {
    case status([UInt8])
    case error([UInt8])
    case integer(Int64)
    case bulk([UInt8])
    case null
    case array([RESPValue])

    /// The text of a status, error or bulk string.
    package var text: String? {
        switch self {
        case .status(let bytes), .error(let bytes), .bulk(let bytes): return String(decoding: bytes, as: UTF8.self)
        case .integer, .null, .array: return nil
        }
    }

    /// The elements of an array.
    package var elements: [RESPValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// An array of names and values in turn, such as `SENTINEL MASTER` answers.
    package var fields: [String: String] {
        var fields: [String: String] = [:]
        let texts = (self.elements ?? []).map { $0.text ?? "" }
        for index in stride(from: 0, to: texts.count - 1, by: 2) {
            fields[texts[index]] = texts[index + 1]
        }
        return fields
    }

    /// A text of lines `name:value`, such as `INFO` and `CLUSTER INFO` answer.
    package var properties: [String: String] {
        var properties: [String: String] = [:]
        for line in (self.text ?? "").split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { properties[String(parts[0])] = String(parts[1]) }
        }
        return properties
    }

    /// The value as bytes of the wire.
    package var encoded: [UInt8] {
        switch self {
        case .status(let bytes): return Array("+".utf8) + bytes + Array("\r\n".utf8)
        case .error(let bytes): return Array("-".utf8) + bytes + Array("\r\n".utf8)
        case .integer(let number): return Array(":\(number)\r\n".utf8)
        case .bulk(let bytes): return Array("$\(bytes.count)\r\n".utf8) + bytes + Array("\r\n".utf8)
        case .null: return Array("$-1\r\n".utf8)
        case .array(let elements): return Array("*\(elements.count)\r\n".utf8) + elements.flatMap(\.encoded)
        }
    }

    /// A command: an array of bulk strings.
    package static func command(_ parts: [[UInt8]]) -> RESPValue {
        .array(parts.map { .bulk($0) })
    }
}
