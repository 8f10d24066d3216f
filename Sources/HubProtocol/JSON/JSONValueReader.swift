import NIOCore

/// Decodes a value of JSON that has been scanned.
enum JSONValueReader {
    static func decode<T: Decodable>(_ type: T.Type, from value: RawHubValue) throws(HubBindingError) -> T {
        let range = 0..<value.bytes.readableBytes
        if let scalar = try JSONScalar.read(type, value.bytes, range) { return scalar }
        let tape: JSONTape
        do { tape = try JSONTape(value.bytes) } catch { throw error.asBindingError }
        do {
            return try T(from: JSONDecoderNode(tape: tape, entry: 0, path: nil))
        } catch {
            throw HubBindingError(from: error)
        }
    }

    static func hubValue(_ buffer: ByteBuffer, _ range: Range<Int>) throws(HubBindingError) -> HubValue {
        var scanner = JSONScanner(at: range.lowerBound)
        return try hubValue(&scanner, buffer, depth: 0)
    }

    private static func hubValue(
        _ scanner: inout JSONScanner,
        _ buffer: ByteBuffer,
        depth: Int
    ) throws(HubBindingError) -> HubValue {
        let bytes = buffer.readableBytesUInt8Span
        scanner.skipSpace(bytes)
        let kind: JSONKind
        do { kind = JSONKind(firstByte: try scanner.peek(bytes)) } catch { throw error.asBindingError }
        if depth == JSONWriter.maximumDepth, kind == .array || kind == .object {
            throw scanner.failure(.tooDeep).asBindingError
        }
        switch kind {
        case .array: return .array(try elements(&scanner, buffer, depth: depth + 1))
        case .object: return .object(HubObject(try members(&scanner, buffer, depth: depth + 1)))
        default: return try scalar(&scanner, buffer)
        }
    }

    private static func scalar(_ scanner: inout JSONScanner, _ buffer: ByteBuffer) throws(HubBindingError) -> HubValue {
        let bytes = buffer.readableBytesUInt8Span
        let range: Range<Int>
        do { range = try scanner.skipValue(bytes) } catch { throw error.asBindingError }
        switch JSONKind(firstByte: bytes[range.lowerBound]) {
        case .bool: return .bool(try JSONScalar.bool(buffer, range))
        case .text: return .string(try JSONScalar.string(buffer, range))
        case .number: return try number(buffer, range)
        default: return .null
        }
    }

    private static func number(_ buffer: ByteBuffer, _ range: Range<Int>) throws(HubBindingError) -> HubValue {
        let bytes = buffer.readableBytesUInt8Span
        let isNegativeZero =
            range.count == 2 && bytes[range.lowerBound] == JSONByte.minus
            && bytes[range.lowerBound + 1] == JSONByte.zero
        if !isNegativeZero {
            if let value = JSONScalar.digits(Int64.self, bytes, range) { return .int(value) }
            if let value = JSONScalar.digits(UInt64.self, bytes, range) { return .unsigned(value) }
        }
        return .double(try JSONScalar.float(Double.self, buffer, range))
    }

    private static func elements(
        _ scanner: inout JSONScanner,
        _ buffer: ByteBuffer,
        depth: Int
    ) throws(HubBindingError) -> [HubValue] {
        scanner.index += 1
        var elements: [HubValue] = []
        if scanner.take(JSONByte.closeArray, buffer.readableBytesUInt8Span) { return elements }
        repeat {
            elements.append(try hubValue(&scanner, buffer, depth: depth))
        } while scanner.take(JSONByte.comma, buffer.readableBytesUInt8Span)
        try close(JSONByte.closeArray, &scanner, buffer)
        return elements
    }

    private static func members(
        _ scanner: inout JSONScanner,
        _ buffer: ByteBuffer,
        depth: Int
    ) throws(HubBindingError) -> [HubObject.Member] {
        scanner.index += 1
        var members: [HubObject.Member] = []
        if scanner.take(JSONByte.closeObject, buffer.readableBytesUInt8Span) { return members }
        repeat {
            let name: JSONText
            do { name = try scanner.memberName(buffer.readableBytesUInt8Span) } catch { throw error.asBindingError }
            guard let string = JSONUnescaping.string(name, in: buffer) else {
                throw HubBindingError(.invalidText, "The name of a member contains an unpaired surrogate.")
            }
            members.append(.init(name: string, value: try hubValue(&scanner, buffer, depth: depth)))
        } while scanner.take(JSONByte.comma, buffer.readableBytesUInt8Span)
        try close(JSONByte.closeObject, &scanner, buffer)
        return members
    }

    private static func close(
        _ byte: UInt8,
        _ scanner: inout JSONScanner,
        _ buffer: ByteBuffer
    ) throws(HubBindingError) {
        do { try scanner.expect(byte, buffer.readableBytesUInt8Span) } catch { throw error.asBindingError }
    }
}
