/// One value of a tape, as the standard library's coding machinery sees it.
struct JSONDecoderNode: Decoder {
    let tape: JSONTape
    let entry: Int
    let path: CodingPathNode?

    var codingPath: [any CodingKey] { CodingPathNode.keys(path) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        try require(.object)
        return KeyedDecodingContainer(JSONKeyedDecoding<Key>(self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try require(.array)
        return JSONUnkeyedDecoding(self)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }

    /// The node of a value inside this one.
    func child(_ entry: Int, key: any CodingKey) -> JSONDecoderNode {
        JSONDecoderNode(tape: tape, entry: entry, path: CodingPathNode(parent: path, key: key))
    }

    /// Decodes a value inside this one.
    @inline(__always)
    func decode<T: Decodable>(_ type: T.Type, at entry: Int, key: @autoclosure () -> any CodingKey) throws -> T {
        do throws(HubBindingError) {
            if let scalar = try JSONScalar.read(type, tape.buffer, tape.range(entry)) { return scalar }
        } catch {
            throw child(entry, key: key()).failure(T.self, error)
        }
        return try T(from: child(entry, key: key()))
    }

    func failure(_ type: Any.Type, _ error: HubBindingError) -> DecodingError {
        let context = DecodingError.Context(
            codingPath: codingPath,
            debugDescription: error.message,
            underlyingError: error
        )
        switch error.code {
        case .wrongType: return .typeMismatch(type, context)
        case .missingValue: return .valueNotFound(type, context)
        default: return .dataCorrupted(context)
        }
    }

    private func require(_ kind: JSONKind) throws {
        do {
            try JSONScalar.require(kind, tape.buffer, tape.range(entry))
        } catch {
            throw failure(kind == .array ? [Any].self : [String: Any].self, error)
        }
    }
}

extension JSONDecoderNode: SingleValueDecodingContainer {
    func decodeNil() -> Bool { tape.kind(entry) == .null }

    func decode<T: Decodable>(_ type: T.Type) throws -> T {
        do throws(HubBindingError) {
            if let scalar = try JSONScalar.read(type, tape.buffer, tape.range(entry)) { return scalar }
        } catch {
            throw failure(T.self, error)
        }
        return try T(from: self)
    }
}
