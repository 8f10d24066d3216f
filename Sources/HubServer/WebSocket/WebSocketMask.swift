import NIOCore

/// The key that a client masks a payload with (RFC 6455 section 5.3), turned to the next byte of the payload.
struct WebSocketMask: Sendable {
    /// The next byte of the payload is masked with the lowest byte.
    private var key: UInt32

    /// - Parameter key: The four bytes of the header, the first of them lowest.
    init(key: UInt32) {
        self.key = key
    }

    /// Moves bytes from a masked payload to the end of another buffer, a word at a time.
    ///
    /// It writes to a buffer of our own and not in place: the read buffer shares its storage with NIO's pool, so the
    /// first byte changed there would copy all of it.
    ///
    /// - Parameters:
    ///   - length: Bytes to move; the input holds at least so many.
    ///   - input: The masked bytes.
    ///   - output: Where the plain bytes are appended.
    ///   - text: Checks the plain bytes, if the message is text.
    /// - Returns: Whether the text can still be valid; true for binary.
    mutating func unmask(
        _ length: Int,
        from input: inout ByteBuffer,
        into output: inout ByteBuffer,
        checking text: inout UTF8Validator?
    ) -> Bool {
        output.reserveCapacity(minimumWritableBytes: length)
        let mask = UInt64(key) << 32 | UInt64(key)
        var left = length
        while left >= 8, let word = input.readInteger(endianness: .little, as: UInt64.self) {
            let plain = word ^ mask
            guard text?.accept(word: plain) ?? true else { return false }
            output.writeInteger(plain, endianness: .little)
            left -= 8
        }
        while left > 0, let byte = input.readInteger(as: UInt8.self) {
            let plain = byte ^ UInt8(truncatingIfNeeded: key)
            guard text?.accept(plain) ?? true else { return false }
            output.writeInteger(plain)
            key = key >> 8 | key << 24
            left -= 1
        }
        return true
    }
}
