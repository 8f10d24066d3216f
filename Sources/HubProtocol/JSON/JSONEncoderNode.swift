import NIOCore

/// One value that is being written, as the standard library's coding machinery sees it.
final class JSONEncoderNode: Encoder {
    private enum Shape { case nothing, single, array, object }

    let fragment: JSONFragment
    private let path: CodingPathNode?
    private let depth: Int
    private var shape = Shape.nothing
    private(set) var count = 0

    init(_ fragment: JSONFragment, path: CodingPathNode? = nil, depth: Int = 1) {
        self.fragment = fragment
        self.path = path
        self.depth = depth
    }

    var codingPath: [any CodingKey] { CodingPathNode.keys(path) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(
            JSONKeyedEncoding<Key>(self, isDictionary: DictionaryKeys.isDictionaryKey(type))
        )
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { JSONUnkeyedEncoding(self) }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    /// Becomes an object, or stays the object it is: a class and its superclass may share one.
    func openObject() { open(.object, JSONByte.openObject) }

    /// Becomes an array, or stays the array it is.
    func openArray() { open(.array, JSONByte.openArray) }

    private func open(_ wanted: Shape, _ opening: UInt8) {
        if shape == wanted { return }
        guard shape == .nothing else { return fail() }
        shape = wanted
        fragment.buffer.writeInteger(opening)
    }

    private func fail() {
        let message = "At \(CodingPathNode.text(codingPath)): encode(to:) asked for two kinds of container."
        fragment.failure = fragment.failure ?? HubEncodingError(.rejected, message)
    }

    /// Writes what ends the value.
    func finish() throws(HubEncodingError) {
        try JSONWriter.check(shape == .array || shape == .object ? depth : 0)
        switch shape {
        case .nothing: fragment.buffer.writeStaticString("{}")
        case .array: fragment.buffer.writeInteger(JSONByte.closeArray)
        case .object: fragment.buffer.writeInteger(JSONByte.closeObject)
        case .single: break
        }
    }

    /// Begins the next member of an object.
    func beginMember(_ name: String) {
        separate()
        JSONWriter.write(name, into: &fragment.buffer)
        fragment.buffer.writeInteger(JSONByte.colon)
    }

    /// Begins the next element of an array.
    func separate() {
        if count > 0 { fragment.buffer.writeInteger(JSONByte.comma) }
        count += 1
    }

    /// Writes a value in the place that was begun; takes that place back when the value cannot be written.
    @inline(__always)
    func write<T: Encodable>(_ value: T, key: @autoclosure () -> any CodingKey, begin: () -> Void) throws {
        let mark = fragment.mark
        let previousCount = count
        begin()
        do {
            let isScalar: Bool
            do throws(HubEncodingError) {
                isScalar = try JSONValueWriter.writeScalar(value, into: &fragment.buffer)
            } catch {
                throw invalid(value, error, key())
            }
            if !isScalar { try encodeNested(value, CodingPathNode(parent: path, key: key())) }
        } catch {
            fragment.rollBack(to: mark)
            count = previousCount
            throw error
        }
    }

    /// A node for something that may be filled later, in the place that was begun.
    func nested(_ key: any CodingKey) -> JSONEncoderNode {
        let step = CodingPathNode(parent: path, key: key)
        let node = JSONEncoderNode(JSONFragment(), path: step, depth: depth + 1)
        fragment.leaveHole(for: node)
        return node
    }

    private func encodeNested<T: Encodable>(_ value: T, _ step: CodingPathNode?) throws {
        // Ends a value that contains itself before the stack does.
        try JSONWriter.check(depth)
        let node = JSONEncoderNode(fragment, path: step, depth: depth + 1)
        try value.encode(to: node)
        try node.finish()
    }

    private func invalid(_ value: Any, _ error: HubEncodingError, _ key: (any CodingKey)?) -> EncodingError {
        let keys = key.map { codingPath + [$0] } ?? codingPath
        return .invalidValue(value, .init(codingPath: keys, debugDescription: error.message, underlyingError: error))
    }
}

extension JSONEncoderNode: SingleValueEncodingContainer {
    func encodeNil() throws {
        openSingle()
        JSONWriter.null(into: &fragment.buffer)
    }

    func encode<T: Encodable>(_ value: T) throws {
        openSingle()
        do throws(HubEncodingError) {
            if try JSONValueWriter.writeScalar(value, into: &fragment.buffer) { return }
        } catch {
            throw invalid(value, error, nil)
        }
        try encodeNested(value, path)
    }

    private func openSingle() {
        if shape == .nothing { shape = .single } else { fail() }
    }
}
