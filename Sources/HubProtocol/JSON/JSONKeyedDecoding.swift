/// The members of an object.
struct JSONKeyedDecoding<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let node: JSONDecoderNode
    private let members: JSONMembers
    private let isDictionary: Bool

    init(_ node: JSONDecoderNode) {
        self.node = node
        members = JSONMembers(node.tape, object: node.entry)
        isDictionary = DictionaryKeys.isDictionaryKey(Key.self)
    }

    var codingPath: [any CodingKey] { node.codingPath }

    var allKeys: [Key] {
        members.names.compactMap { Key(stringValue: $0) ?? Key(stringValue: JSONNaming.pascalCase($0)) }
    }

    func contains(_ key: Key) -> Bool { find(key) != nil }

    func decodeNil(forKey key: Key) throws -> Bool { node.tape.kind(try entry(key)) == .null }

    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try node.decode(type, at: try entry(key), key: key)
    }

    func decodeIfPresent<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T? {
        guard let entry = find(key), node.tape.kind(entry) != .null else { return nil }
        return try node.decode(type, at: entry, key: key)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try node.child(try entry(key), key: key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try node.child(try entry(key), key: key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        let key = AnyCodingKey("super")
        guard let entry = members.value(named: key.stringValue, ignoringCase: true) else { throw missing(key) }
        return node.child(entry, key: key)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        node.child(try entry(key), key: key)
    }

    private func entry(_ key: Key) throws -> Int {
        guard let entry = find(key) else { throw missing(key) }
        return entry
    }

    private func find(_ key: Key) -> Int? {
        isDictionary
            ? members.value(named: key.stringValue, ignoringCase: false)
            : members.value(named: JSONNaming.camelCase(key.stringValue), ignoringCase: true)
    }

    private func missing(_ key: any CodingKey) -> DecodingError {
        let message = "The property '\(key.stringValue)' is missing."
        return .keyNotFound(key, .init(codingPath: codingPath, debugDescription: message))
    }
}
