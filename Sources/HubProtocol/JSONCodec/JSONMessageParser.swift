import NIOCore

/// Reads one message.
///
/// Its properties may come in any order, so all are gathered first and judged at the end.
struct JSONMessageParser {
    private let body: ByteBuffer
    private var scanner = JSONScanner()

    private(set) var type: Int?
    private(set) var invocationID: String?
    private(set) var target: String?
    private(set) var arguments: RawHubArguments?
    private(set) var streamIDs: [String] = []
    private(set) var headers = HubHeaders()
    private(set) var item: RawHubValue?
    private(set) var result: RawHubValue?
    private(set) var error: String?
    private(set) var allowReconnect = false
    private(set) var sequenceID: Int64?

    init(_ body: ByteBuffer) {
        self.body = body
    }

    mutating func parse() throws(HubProtocolError) -> HubMessage {
        let body = self.body
        do {
            try readObject(body.readableBytesUInt8Span)
        } catch let error as JSONSyntaxError {
            throw error.asProtocolError
        } catch let error as HubProtocolError {
            throw error
        } catch {
            throw HubProtocolError(.malformed, "Error reading JSON.")
        }
        return try message()
    }

    private mutating func readObject(_ bytes: Span<UInt8>) throws {
        scanner.skipSpace(bytes)
        let kind = JSONKind(firstByte: try scanner.peek(bytes))
        guard kind == .object else {
            try scanner.skipValue(bytes)
            throw invalid("Unexpected JSON Token Type '\(kind.tokenName)'. Expected a JSON Object.")
        }
        scanner.index += 1
        if !scanner.take(JSONByte.closeObject, bytes) {
            repeat {
                let name = try scanner.memberName(bytes)
                try readProperty(property(name, bytes), bytes)
            } while scanner.take(JSONByte.comma, bytes)
            try scanner.expect(JSONByte.closeObject, bytes)
        }
        try scanner.expectEnd(bytes)
    }

    private func property(_ name: JSONText, _ bytes: Span<UInt8>) -> JSONProperty? {
        if !name.hasEscapes { return JSONProperty(bytes, name.range) }
        guard let unescaped = JSONUnescaping.unescape(name, bytes) else { return nil }
        return JSONProperty(unescaped.span, 0..<unescaped.count)
    }

    private mutating func readProperty(_ property: JSONProperty?, _ bytes: Span<UInt8>) throws {
        switch property {
        case .type: type = try readInteger(.type, bytes)
        case .sequenceID: sequenceID = try readInteger(.sequenceID, bytes)
        case .invocationID: invocationID = try readOptionalText(.invocationID, bytes)
        case .error: error = try readOptionalText(.error, bytes)
        case .target: target = try readText(.target, bytes)
        case .arguments: try readArguments(bytes)
        case .streamIDs: try readStreamIDs(bytes)
        case .headers: try readHeaders(bytes)
        case .item: item = value(try scanner.skipValue(bytes))
        case .result: result = value(try scanner.skipValue(bytes))
        case .allowReconnect: try readAllowReconnect(bytes)
        case nil: try scanner.skipValue(bytes)
        }
    }

    private func value(_ range: Range<Int>) -> RawHubValue {
        RawHubValue(checkedBytes: body.slice(range), format: .json)
    }

    func invalid(_ message: String) -> HubProtocolError { HubProtocolError(.invalidMessage, message) }
}

// MARK: - Values of properties

extension JSONMessageParser {
    private func mismatch(_ property: JSONProperty, _ expected: JSONKind) -> HubProtocolError {
        invalid("Expected '\(property.rawValue)' to be of type \(expected.tokenName).")
    }

    private mutating func readInteger<T: FixedWidthInteger>(_ property: JSONProperty, _ bytes: Span<UInt8>) throws -> T
    {
        let range = try scanner.skipValue(bytes)
        guard JSONKind(firstByte: bytes[range.lowerBound]) == .number,
            let value = JSONScalar.digits(T.self, bytes, range)
        else { throw mismatch(property, .number) }
        return value
    }

    private mutating func readText(_ property: JSONProperty, _ bytes: Span<UInt8>) throws -> String {
        scanner.skipSpace(bytes)
        guard try scanner.peek(bytes) == JSONByte.quote else {
            try scanner.skipValue(bytes)
            throw mismatch(property, .text)
        }
        return try string(try scanner.text(bytes))
    }

    private func string(_ text: JSONText) throws -> String {
        guard let string = JSONUnescaping.string(text, in: body) else {
            throw invalid("A text of the message contains an unpaired surrogate.")
        }
        return string
    }

    /// Null counts as absent: some clients write properties that they do not use.
    private mutating func readOptionalText(_ property: JSONProperty, _ bytes: Span<UInt8>) throws -> String? {
        try takeNull(bytes) ? nil : try readText(property, bytes)
    }

    private mutating func takeNull(_ bytes: Span<UInt8>) throws -> Bool {
        scanner.skipSpace(bytes)
        guard try scanner.peek(bytes) == UInt8(ascii: "n") else { return false }
        try scanner.skipValue(bytes)
        return true
    }

    private mutating func readAllowReconnect(_ bytes: Span<UInt8>) throws {
        let range = try scanner.skipValue(bytes)
        switch JSONKind(firstByte: bytes[range.lowerBound]) {
        case .bool: allowReconnect = bytes[range.lowerBound] == UInt8(ascii: "t")
        case .null: allowReconnect = false
        default: throw mismatch(.allowReconnect, .bool)
        }
    }

    /// Consumes the opening bracket, and the closing one of an empty array.
    ///
    /// - Returns: Whether there is an element.
    private mutating func openArray(_ property: JSONProperty, _ bytes: Span<UInt8>) throws -> Bool {
        scanner.skipSpace(bytes)
        guard try scanner.peek(bytes) == JSONByte.openArray else {
            try scanner.skipValue(bytes)
            throw mismatch(property, .array)
        }
        scanner.index += 1
        return !scanner.take(JSONByte.closeArray, bytes)
    }

    private mutating func readArguments(_ bytes: Span<UInt8>) throws {
        var ranges: [Range<UInt32>] = []
        if try openArray(.arguments, bytes) {
            repeat {
                let range = try scanner.skipValue(bytes)
                ranges.append(UInt32(range.lowerBound)..<UInt32(range.upperBound))
            } while scanner.take(JSONByte.comma, bytes)
            try scanner.expect(JSONByte.closeArray, bytes)
        }
        arguments = RawHubArguments(format: .json, frame: body, ranges: ranges)
    }

    private mutating func readStreamIDs(_ bytes: Span<UInt8>) throws {
        streamIDs = []
        if try takeNull(bytes) { return }
        guard try openArray(.streamIDs, bytes) else { return }
        repeat {
            let streamID = try readText(.streamIDs, bytes)
            if streamID.isEmpty { throw invalid("Null or empty value in streamIds received.") }
            streamIDs.append(streamID)
        } while scanner.take(JSONByte.comma, bytes)
        try scanner.expect(JSONByte.closeArray, bytes)
    }

    private mutating func readHeaders(_ bytes: Span<UInt8>) throws {
        headers = HubHeaders()
        if try takeNull(bytes) { return }
        guard try scanner.peek(bytes) == JSONByte.openObject else {
            try scanner.skipValue(bytes)
            throw mismatch(.headers, .object)
        }
        scanner.index += 1
        if scanner.take(JSONByte.closeObject, bytes) { return }
        repeat {
            let name = try string(try scanner.memberName(bytes))
            scanner.skipSpace(bytes)
            guard try scanner.peek(bytes) == JSONByte.quote else {
                try scanner.skipValue(bytes)
                throw invalid("Expected header '\(name)' to be of type String.")
            }
            headers.elements.append(.init(name: name, value: try string(try scanner.text(bytes))))
        } while scanner.take(JSONByte.comma, bytes)
        try scanner.expect(JSONByte.closeObject, bytes)
    }
}
