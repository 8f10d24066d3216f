/// The elements of an array, one after the other.
struct JSONUnkeyedDecoding: UnkeyedDecodingContainer {
    private let node: JSONDecoderNode
    private var entry: Int
    private let elementCount: Int
    private(set) var currentIndex = 0

    init(_ node: JSONDecoderNode) {
        self.node = node
        entry = node.entry + 1
        elementCount = node.tape.count(node.entry)
    }

    var codingPath: [any CodingKey] { node.codingPath }
    var count: Int? { elementCount }
    var isAtEnd: Bool { currentIndex >= elementCount }

    mutating func decodeNil() throws -> Bool {
        try requireElement(Any?.self)
        guard node.tape.kind(entry) == .null else { return false }
        advance()
        return true
    }

    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
        try requireElement(type)
        let value = try node.decode(type, at: entry, key: AnyCodingKey(index: currentIndex))
        advance()
        return value
    }

    mutating func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try requireElement(KeyedDecodingContainer<Key>.self)
        let container = try current.container(keyedBy: type)
        advance()
        return container
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try requireElement((any UnkeyedDecodingContainer).self)
        let container = try current.unkeyedContainer()
        advance()
        return container
    }

    mutating func superDecoder() throws -> any Decoder {
        try requireElement((any Decoder).self)
        let decoder = current
        advance()
        return decoder
    }

    private var current: JSONDecoderNode { node.child(entry, key: AnyCodingKey(index: currentIndex)) }

    private mutating func advance() {
        entry = node.tape.next(entry)
        currentIndex += 1
    }

    private func requireElement(_ type: Any.Type) throws {
        guard isAtEnd else { return }
        let message = "The array has only \(elementCount) elements."
        throw DecodingError.valueNotFound(type, .init(codingPath: codingPath, debugDescription: message))
    }
}
