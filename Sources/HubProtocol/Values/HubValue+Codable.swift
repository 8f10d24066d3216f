import FoundationEssentials

extension HubValue: Codable {
    /// Reads a value of any kind.
    ///
    /// The codecs of this module read it directly; this form serves every other decoder.
    ///
    /// - Parameter decoder: Where to read from.
    /// - Throws: `DecodingError` when the decoder offers no value that can be represented.
    public init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: AnyCodingKey.self) {
            self = .object(
                HubObject(
                    try container.allKeys.map { key in
                        HubObject.Member(
                            name: key.stringValue,
                            value: try container.decode(HubValue.self, forKey: key)
                        )
                    }
                )
            )
        } else if var container = try? decoder.unkeyedContainer() {
            var elements: [HubValue] = []
            while !container.isAtEnd { elements.append(try container.decode(HubValue.self)) }
            self = .array(elements)
        } else {
            self = try Self.scalar(from: try decoder.singleValueContainer())
        }
    }

    private static func scalar(from container: any SingleValueDecodingContainer) throws -> HubValue {
        if container.decodeNil() { return .null }
        if let value = try? container.decode(Bool.self) { return .bool(value) }
        if let value = try? container.decode(Int64.self) { return .int(value) }
        if let value = try? container.decode(UInt64.self) { return .unsigned(value) }
        if let value = try? container.decode(Double.self) { return .double(value) }
        return .string(try container.decode(String.self))
    }

    /// Writes the value.
    ///
    /// The codecs of this module write it directly; this form serves every other encoder.
    ///
    /// - Parameter encoder: Where to write to.
    /// - Throws: Whatever the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .object(let object):
            var container = encoder.container(keyedBy: AnyCodingKey.self)
            for member in object.members { try container.encode(member.value, forKey: AnyCodingKey(member.name)) }
        default:
            var container = encoder.singleValueContainer()
            try encodeScalar(into: &container)
        }
    }

    private func encodeScalar(into container: inout any SingleValueEncodingContainer) throws {
        switch self {
        case .bool(let value): try container.encode(value)
        case .int(let value): try container.encode(value)
        case .unsigned(let value): try container.encode(value)
        case .double(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .binary(let bytes): try container.encode(Data(bytes).base64EncodedString())
        case .null, .array, .object: try container.encodeNil()
        }
    }
}
