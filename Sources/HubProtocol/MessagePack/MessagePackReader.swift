package import NIOCore

/// Reads MessagePack values one after the other.
///
/// Nothing that the bytes say can trap it or make it allocate: every length and count is held against the bytes that
/// are really there. A read that throws consumes nothing.
///
/// Source: the MessagePack specification, "Formats".
package struct MessagePackReader: Sendable {
    private var buffer: ByteBuffer
    private let origin: Int

    /// Creates a reader.
    ///
    /// - Parameter buffer: The bytes to read.
    package init(_ buffer: ByteBuffer) {
        self.buffer = buffer
        origin = buffer.readerIndex
    }

    /// The number of bytes not yet read.
    package var remaining: Int { buffer.readableBytes }

    /// Whether every byte has been read.
    package var isAtEnd: Bool { remaining == 0 }

    /// The type of the next value, which is not consumed.
    ///
    /// - Returns: The type.
    /// - Throws: ``MessagePackError`` when there is no next value.
    package func peekKind() throws(MessagePackError) -> MessagePackKind { MessagePackKind(firstByte: try peek()) }

    /// Consumes a nil if it is the next value.
    ///
    /// - Returns: Whether it was.
    /// - Throws: ``MessagePackError`` when there is no next value.
    package mutating func takeNil() throws(MessagePackError) -> Bool {
        guard try peek() == 0xC0 else { return false }
        buffer.moveReaderIndex(forwardBy: 1)
        return true
    }

    /// Reads a boolean.
    ///
    /// - Returns: The value.
    /// - Throws: ``MessagePackError`` when the next value is none.
    package mutating func readBool() throws(MessagePackError) -> Bool {
        let byte = try peek()
        guard byte == 0xC2 || byte == 0xC3 else { throw failure(.wrongType) }
        buffer.moveReaderIndex(forwardBy: 1)
        return byte == 0xC3
    }

    /// Reads an integer in any of its forms.
    ///
    /// - Parameter type: The type it has to fit.
    /// - Returns: The value.
    /// - Throws: ``MessagePackError`` when the next value is none, or does not fit.
    package mutating func readInteger<T: FixedWidthInteger>(as type: T.Type = T.self) throws(MessagePackError) -> T {
        let byte = try peek()
        switch byte {
        case 0x00...0x7F: return try finishInteger(byte, width: 1)
        case 0xE0...0xFF: return try finishInteger(Int8(bitPattern: byte), width: 1)
        case 0xCC: return try finishInteger(try field(1) as UInt8, width: 2)
        case 0xCD: return try finishInteger(try field(1) as UInt16, width: 3)
        case 0xCE: return try finishInteger(try field(1) as UInt32, width: 5)
        case 0xCF: return try finishInteger(try field(1) as UInt64, width: 9)
        case 0xD0: return try finishInteger(try field(1) as Int8, width: 2)
        case 0xD1: return try finishInteger(try field(1) as Int16, width: 3)
        case 0xD2: return try finishInteger(try field(1) as Int32, width: 5)
        case 0xD3: return try finishInteger(try field(1) as Int64, width: 9)
        default: throw failure(.wrongType)
        }
    }

    /// Reads a floating-point number of either width, or an integer, which some writers send for whole numbers.
    ///
    /// - Returns: The value.
    /// - Throws: ``MessagePackError`` when the next value is no number.
    package mutating func readDouble() throws(MessagePackError) -> Double {
        switch try peek() {
        case 0xCA:
            let bits: UInt32 = try field(1)
            buffer.moveReaderIndex(forwardBy: 5)
            return Double(Float(bitPattern: bits))
        case 0xCB:
            let bits: UInt64 = try field(1)
            buffer.moveReaderIndex(forwardBy: 9)
            return Double(bitPattern: bits)
        case 0xCF: return Double(try readInteger(as: UInt64.self))
        default: return Double(try readInteger(as: Int64.self))
        }
    }

    /// Reads a text.
    ///
    /// - Returns: The value.
    /// - Throws: ``MessagePackError`` when the next value is none, or not UTF-8.
    package mutating func readString() throws(MessagePackError) -> String {
        guard try peekKind() == .string else { throw failure(.wrongType) }
        let (start, length) = try payload()
        guard let view = buffer.viewBytes(at: buffer.readerIndex + start, length: length),
            let text = String(validating: view, as: UTF8.self)
        else { throw failure(.invalidUTF8) }
        buffer.moveReaderIndex(forwardBy: start + length)
        return text
    }

    /// Reads bytes.
    ///
    /// - Returns: A slice that shares the storage of what is read.
    /// - Throws: ``MessagePackError`` when the next value is none.
    package mutating func readBinary() throws(MessagePackError) -> ByteBuffer {
        guard try peekKind() == .binary else { throw failure(.wrongType) }
        let (start, length) = try payload()
        return try consume(start, length)
    }

    /// Reads a value of an extension type.
    ///
    /// - Returns: The number of the type, and a slice that shares the storage of what is read.
    /// - Throws: ``MessagePackError`` when the next value is none.
    package mutating func readExtension() throws(MessagePackError) -> (type: Int8, data: ByteBuffer) {
        guard try peekKind() == .extended else { throw failure(.wrongType) }
        let (start, length) = try payload()
        let type: Int8 = try field(start - 1)
        return (type, try consume(start, length))
    }

    /// Reads the beginning of an array.
    ///
    /// - Returns: The number of values that follow and belong to it; never more than there are bytes.
    /// - Throws: ``MessagePackError`` when the next value is none, or is longer than the bytes.
    package mutating func readArrayHeader() throws(MessagePackError) -> Int {
        try readHeader(of: .array, bytesPerItem: 1)
    }

    /// Reads the beginning of a map.
    ///
    /// - Returns: The number of pairs that follow and belong to it; never more than half the bytes.
    /// - Throws: ``MessagePackError`` when the next value is none, or is longer than the bytes.
    package mutating func readMapHeader() throws(MessagePackError) -> Int {
        try readHeader(of: .map, bytesPerItem: 2)
    }

    /// Skips one value with everything in it, however deep, without recursion.
    ///
    /// - Throws: ``MessagePackError`` when there is no whole value; then nothing was consumed.
    package mutating func skip() throws(MessagePackError) {
        var ahead = self
        var pending = 1
        while pending > 0 {
            pending -= 1
            switch try ahead.peekKind() {
            case .array: pending += try ahead.readArrayHeader()
            case .map: pending += try ahead.readMapHeader() * 2
            case .reserved: throw ahead.failure(.reservedByte)
            default:
                let (start, length) = try ahead.payload()
                ahead.buffer.moveReaderIndex(forwardBy: start + length)
            }
        }
        self = ahead
    }
}

// MARK: - Layout

extension MessagePackReader {
    private func failure(_ reason: MessagePackError.Reason) -> MessagePackError {
        MessagePackError(reason: reason, offset: buffer.readerIndex - origin)
    }

    private func peek() throws(MessagePackError) -> UInt8 { try field(0) }

    /// A big-endian number at a distance from the next value's first byte.
    private func field<T: FixedWidthInteger>(_ distance: Int) throws(MessagePackError) -> T {
        guard let value = buffer.getInteger(at: buffer.readerIndex + distance, as: T.self) else {
            throw failure(.truncated)
        }
        return value
    }

    private mutating func finishInteger<From: FixedWidthInteger, T: FixedWidthInteger>(
        _ value: From,
        width: Int
    ) throws(MessagePackError) -> T {
        guard let result = T(exactly: value) else { throw failure(.outOfRange) }
        buffer.moveReaderIndex(forwardBy: width)
        return result
    }

    private mutating func consume(_ start: Int, _ length: Int) throws(MessagePackError) -> ByteBuffer {
        guard let slice = buffer.getSlice(at: buffer.readerIndex + start, length: length) else {
            throw failure(.truncated)
        }
        buffer.moveReaderIndex(forwardBy: start + length)
        return slice
    }

    /// Where the content of a value that is no container begins, and how long it is; all of it is there.
    private func payload() throws(MessagePackError) -> (start: Int, length: Int) {
        let layout = try layout()
        guard layout.start + layout.length <= remaining else { throw failure(.truncated) }
        return layout
    }

    private func layout() throws(MessagePackError) -> (start: Int, length: Int) {
        let byte = try peek()
        switch byte {
        case 0xA0...0xBF: return (1, Int(byte & 0x1F))
        case 0xC4, 0xD9: return (2, Int(try field(1) as UInt8))
        case 0xC5, 0xDA: return (3, Int(try field(1) as UInt16))
        case 0xC6, 0xDB: return (5, Int(try field(1) as UInt32))
        case 0xC7: return (3, Int(try field(1) as UInt8))
        case 0xC8: return (4, Int(try field(1) as UInt16))
        case 0xC9: return (6, Int(try field(1) as UInt32))
        case 0xD4...0xD8: return (2, 1 << Int(byte - 0xD4))
        case 0xCC, 0xD0: return (1, 1)
        case 0xCD, 0xD1: return (1, 2)
        case 0xCA, 0xCE, 0xD2: return (1, 4)
        case 0xCB, 0xCF, 0xD3: return (1, 8)
        default: return (1, 0)
        }
    }

    private mutating func readHeader(of kind: MessagePackKind, bytesPerItem: Int) throws(MessagePackError) -> Int {
        guard try peekKind() == kind else { throw failure(.wrongType) }
        let byte = try peek()
        let (width, count): (Int, Int) =
            switch byte {
            case 0xDC, 0xDE: (3, Int(try field(1) as UInt16))
            case 0xDD, 0xDF: (5, Int(try field(1) as UInt32))
            default: (1, Int(byte & 0x0F))
            }
        guard count <= (remaining - width) / bytesPerItem else { throw failure(.truncated) }
        buffer.moveReaderIndex(forwardBy: width)
        return count
    }
}
