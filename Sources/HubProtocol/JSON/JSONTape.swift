import NIOCore

/// The shape of one JSON value: where each value in it lies, and which follows which.
///
/// Built in one pass; decoders then jump from value to value, so that decoding is linear however deep the value is.
/// The entries of an object are name, value, name, value, …
final class JSONTape {
    struct Entry {
        let start: UInt32
        var end: UInt32
        /// The entry after this value and everything in it.
        var next: UInt32
        /// How many elements or members a container has; for the name of a member 1 if it has escapes, else 0.
        var count: UInt32
    }

    let buffer: ByteBuffer
    private(set) var entries: [Entry] = []

    init(_ buffer: ByteBuffer) throws(JSONSyntaxError) {
        self.buffer = buffer
        entries.reserveCapacity(buffer.readableBytes / 8 + 1)
        var scanner = JSONScanner()
        try append(&scanner, buffer.readableBytesUInt8Span, depth: 0)
    }

    func range(_ entry: Int) -> Range<Int> { Int(entries[entry].start)..<Int(entries[entry].end) }

    func next(_ entry: Int) -> Int { Int(entries[entry].next) }

    func count(_ entry: Int) -> Int { Int(entries[entry].count) }

    func kind(_ entry: Int) -> JSONKind { JSONScalar.kind(buffer, range(entry)) }

    private func append(_ scanner: inout JSONScanner, _ bytes: Span<UInt8>, depth: Int) throws(JSONSyntaxError) {
        scanner.skipSpace(bytes)
        let kind = JSONKind(firstByte: try scanner.peek(bytes))
        guard kind == .array || kind == .object else {
            return append(try scanner.skipValue(bytes))
        }
        guard depth < JSONWriter.maximumDepth else { throw scanner.failure(.tooDeep) }
        let opening = entries.count
        append(scanner.index..<scanner.index)
        scanner.index += 1
        let count = try appendContents(&scanner, bytes, isObject: kind == .object, depth: depth + 1)
        entries[opening].end = UInt32(scanner.index)
        entries[opening].next = UInt32(entries.count)
        entries[opening].count = UInt32(count)
    }

    private func appendContents(
        _ scanner: inout JSONScanner,
        _ bytes: Span<UInt8>,
        isObject: Bool,
        depth: Int
    ) throws(JSONSyntaxError) -> Int {
        let closing = isObject ? JSONByte.closeObject : JSONByte.closeArray
        if scanner.take(closing, bytes) { return 0 }
        var count = 0
        repeat {
            if isObject { append(try scanner.memberName(bytes)) }
            try append(&scanner, bytes, depth: depth)
            count += 1
        } while scanner.take(JSONByte.comma, bytes)
        try scanner.expect(closing, bytes)
        return count
    }

    private func append(_ name: JSONText) {
        append(name.range)
        entries[entries.count - 1].count = name.hasEscapes ? 1 : 0
    }

    private func append(_ range: Range<Int>) {
        let next = UInt32(entries.count + 1)
        entries.append(
            Entry(start: UInt32(range.lowerBound), end: UInt32(range.upperBound), next: next, count: 0)
        )
    }
}
