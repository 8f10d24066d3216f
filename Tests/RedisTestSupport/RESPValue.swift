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
