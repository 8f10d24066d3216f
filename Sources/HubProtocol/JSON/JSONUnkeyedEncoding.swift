/// The elements of an array that is being written.
struct JSONUnkeyedEncoding: UnkeyedEncodingContainer {
    private let node: JSONEncoderNode

    init(_ node: JSONEncoderNode) {
        self.node = node
        node.openArray()
    }

    var codingPath: [any CodingKey] { node.codingPath }
    var count: Int { node.count }

    mutating func encodeNil() throws {
        node.separate()
        JSONWriter.null(into: &node.fragment.buffer)
    }

    mutating func encode<T: Encodable>(_ value: T) throws {
        try node.write(value, key: AnyCodingKey(index: node.count)) { node.separate() }
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        nested().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }

    mutating func superEncoder() -> any Encoder { nested() }

    private func nested() -> JSONEncoderNode {
        let key = AnyCodingKey(index: node.count)
        node.separate()
        return node.nested(key)
    }
}
