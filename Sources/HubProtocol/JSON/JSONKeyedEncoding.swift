/// The members of an object that is being written.
struct JSONKeyedEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
    private let node: JSONEncoderNode
    private let isDictionary: Bool

    init(_ node: JSONEncoderNode, isDictionary: Bool) {
        self.node = node
        self.isDictionary = isDictionary
        node.openObject()
    }

    var codingPath: [any CodingKey] { node.codingPath }

    mutating func encodeNil(forKey key: Key) throws {
        node.beginMember(name(key))
        JSONWriter.null(into: &node.fragment.buffer)
    }

    mutating func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
        try node.write(value, key: key) { node.beginMember(name(key)) }
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        nested(key).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(key).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        node.beginMember("super")
        return node.nested(AnyCodingKey("super"))
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    private func nested(_ key: Key) -> JSONEncoderNode {
        node.beginMember(name(key))
        return node.nested(key)
    }

    private func name(_ key: Key) -> String {
        isDictionary ? key.stringValue : JSONNaming.camelCase(key.stringValue)
    }
}
