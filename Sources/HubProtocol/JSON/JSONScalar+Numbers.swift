import NIOCore

extension JSONScalar {
    /// Reads a number that must be whole and fit the type.
    ///
    /// `1.0` and `1e3` are whole, too.
    static func integer<T: FixedWidthInteger>(
        _ type: T.Type,
        _ buffer: ByteBuffer,
        _ range: Range<Int>
    ) throws(HubBindingError) -> T {
        try require(.number, buffer, range)
        if isWhole(buffer.readableBytesUInt8Span, range) {
            if let value = digits(type, buffer.readableBytesUInt8Span, range) { return value }
        } else if let value = Double(buffer.text(range)), value.magnitude <= 0x1p53, let whole = T(exactly: value) {
            return whole
        }
        throw HubBindingError(.outOfRange, "Expected a whole number that fits \(type), found another number.")
    }

    /// Reads any number that is finite in the type.
    static func float<T: BinaryFloatingPoint & LosslessStringConvertible>(
        _ type: T.Type,
        _ buffer: ByteBuffer,
        _ range: Range<Int>
    ) throws(HubBindingError) -> T {
        try require(.number, buffer, range)
        if range.count <= 15, let value = digits(Int64.self, buffer.readableBytesUInt8Span, range), value != 0 {
            return T(value)
        }
        if T.self == Double.self, let value = decimal(buffer.readableBytesUInt8Span, range) as? T { return value }
        guard let value = T(buffer.text(range)), value.isFinite else {
            throw HubBindingError(.outOfRange, "Expected a number that fits \(type), found a larger one.")
        }
        return value
    }

    /// The number that at most 15 digits with a point among them mean, or nil for any other form.
    ///
    /// Both the digits and the power of ten are exact in a `Double`, so their quotient is rounded only once, correctly.
    private static func decimal(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
        guard range.count <= 16 else { return nil }
        let isNegative = bytes[range.lowerBound] == JSONByte.minus
        var digits: Int64 = 0
        var scale = 1.0
        var hasPoint = false
        for position in range.lowerBound + (isNegative ? 1 : 0)..<range.upperBound {
            let byte = bytes[position]
            if JSONByte.isDigit(byte) {
                digits = digits * 10 + Int64(byte - JSONByte.zero)
                if hasPoint { scale *= 10 }
            } else if byte == JSONByte.point {
                hasPoint = true
            } else {
                return nil
            }
        }
        guard hasPoint else { return nil }
        let value = Double(digits) / scale
        return isNegative ? -value : value
    }

    /// Whether a number has neither a fraction nor an exponent.
    static func isWhole(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        for position in range where !JSONByte.isDigit(bytes[position]) && position > range.lowerBound { return false }
        return true
    }

    /// The number that a sign and digits mean, or nil when there is anything else, or it does not fit.
    static func digits<T: FixedWidthInteger>(_ type: T.Type, _ bytes: Span<UInt8>, _ range: Range<Int>) -> T? {
        let isNegative = bytes[range.lowerBound] == JSONByte.minus
        var value: T = 0
        for position in range.lowerBound + (isNegative ? 1 : 0)..<range.upperBound {
            let byte = bytes[position]
            guard JSONByte.isDigit(byte) else { return nil }
            let digit = T(truncatingIfNeeded: byte &- JSONByte.zero)
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }
}
