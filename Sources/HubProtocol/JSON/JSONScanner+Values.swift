extension JSONScanner {
    /// Skips one value of any depth, without recursion.
    ///
    /// - Returns: Where it lies, without the white space around it.
    @discardableResult
    mutating func skipValue(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> Range<Int> {
        skipSpace(bytes)
        let start = index
        var nesting = JSONNesting()
        repeat {
            try skipOpening(bytes, &nesting)
            try skipClosing(bytes, &nesting)
        } while nesting.depth > 0
        return start..<index
    }

    /// From the start of a value to the end of the first scalar or empty container in it.
    private mutating func skipOpening(_ bytes: Span<UInt8>, _ nesting: inout JSONNesting) throws(JSONSyntaxError) {
        while true {
            skipSpace(bytes)
            switch try peek(bytes) {
            case JSONByte.openObject:
                index += 1
                if take(JSONByte.closeObject, bytes) { return }
                nesting.push(isObject: true)
                _ = try memberName(bytes)
            case JSONByte.openArray:
                index += 1
                if take(JSONByte.closeArray, bytes) { return }
                nesting.push(isObject: false)
            default:
                return try skipScalar(bytes)
            }
        }
    }

    /// From the end of a value to the start of the next one, or to the end of the outermost container.
    private mutating func skipClosing(_ bytes: Span<UInt8>, _ nesting: inout JSONNesting) throws(JSONSyntaxError) {
        while nesting.depth > 0 {
            if take(JSONByte.comma, bytes) {
                if nesting.isObject { _ = try memberName(bytes) }
                return
            }
            try expect(nesting.isObject ? JSONByte.closeObject : JSONByte.closeArray, bytes)
            nesting.pop()
        }
    }

    private mutating func skipScalar(_ bytes: Span<UInt8>) throws(JSONSyntaxError) {
        switch try peek(bytes) {
        case JSONByte.quote: _ = try text(bytes)
        case UInt8(ascii: "t"): try literal("true", bytes)
        case UInt8(ascii: "f"): try literal("false", bytes)
        case UInt8(ascii: "n"): try literal("null", bytes)
        default: _ = try number(bytes)
        }
    }

    mutating func literal(_ name: String, _ bytes: Span<UInt8>) throws(JSONSyntaxError) {
        for expected in name.utf8 {
            guard try peek(bytes) == expected else { throw failure(.unexpectedByte) }
            index += 1
        }
    }

    /// Scans a number.
    ///
    /// - Returns: Whether it is a whole number: neither a fraction nor an exponent.
    mutating func number(_ bytes: Span<UInt8>) throws(JSONSyntaxError) -> Bool {
        let start = index
        if try peek(bytes) == JSONByte.minus { index += 1 }
        let leadsWithZero = index < bytes.count && bytes[index] == JSONByte.zero
        let digits = skipDigits(bytes)
        guard digits > 0 else {
            throw failure(index == start ? .unexpectedByte : index < bytes.count ? .invalidNumber : .unexpectedEnd)
        }
        guard digits == 1 || !leadsWithZero else { throw failure(.invalidNumber) }
        var isWhole = true
        if index < bytes.count, bytes[index] == JSONByte.point {
            index += 1
            isWhole = false
            guard skipDigits(bytes) > 0 else { throw failure(.invalidNumber) }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            isWhole = false
            if index < bytes.count, bytes[index] == JSONByte.plus || bytes[index] == JSONByte.minus { index += 1 }
            guard skipDigits(bytes) > 0 else { throw failure(.invalidNumber) }
        }
        return isWhole
    }

    private mutating func skipDigits(_ bytes: Span<UInt8>) -> Int {
        let start = index
        while index < bytes.count, JSONByte.isDigit(bytes[index]) { index += 1 }
        return index - start
    }
}
