import NIOCore

/// Turns the bytes of a client into message payload and control frames (RFC 6455 sections 5 and 8.1).
///
/// A value without buffers of its own: what has arrived of a header is kept as numbers, payload goes straight to the
/// caller's buffer as it arrives, and only the body of a control frame (at most 125 bytes) is gathered. It may be fed
/// in any pieces. Every rule is checked at the first byte that breaks it, so a refused frame costs no memory.
struct WebSocketFrameDecoder: Sendable {
    /// A control frame, complete and unmasked.
    enum ControlFrame: Equatable, Sendable {
        case ping(ByteBuffer)
        case pong
        case close(WebSocketCloseFrame)
    }

    /// Where in a frame the next byte belongs.
    private enum Position {
        case start
        case length
        case extendedLength(remaining: UInt8, value: UInt64)
        case key(remaining: UInt8, value: UInt32)
        case payload
    }

    /// The most that one message may carry in all its fragments, in bytes.
    let maximumMessageSize: Int

    private var position = Position.start
    private var opcode = WebSocketOpcode.continuation
    private var isFinal = false
    private var smallestExtendedLength: UInt64 = 0
    private var payloadLeft = 0
    private var mask = WebSocketMask(key: 0)

    private var isInsideMessage = false
    private var messageSize = 0
    private var text: UTF8Validator?
    private var control: ByteBuffer?

    /// - Parameter maximumMessageSize: The most that one message may carry in all its fragments, in bytes.
    init(maximumMessageSize: Int) {
        self.maximumMessageSize = maximumMessageSize
    }

    /// Decodes until a control frame is complete or the input is used up.
    ///
    /// - Parameters:
    ///   - input: What arrived; what was decoded is consumed.
    ///   - output: Where the payload of text and binary messages is appended, in order.
    /// - Returns: A control frame, after which the caller calls again; nil if all input is consumed.
    /// - Throws: ``WebSocketViolation``; the decoder must not be used after that.
    mutating func next(
        in input: inout ByteBuffer,
        appendingTo output: inout ByteBuffer
    ) throws(WebSocketViolation) -> ControlFrame? {
        while true {
            if case .payload = position {
                try takePayload(from: &input, into: &output)
                guard payloadLeft == 0 else { return nil }
                position = .start
                if let frame = try endFrame() { return frame }
            } else {
                guard let byte = input.readInteger(as: UInt8.self) else { return nil }
                try takeHeader(byte)
            }
        }
    }
}

// MARK: - Header

extension WebSocketFrameDecoder {
    private mutating func takeHeader(_ byte: UInt8) throws(WebSocketViolation) {
        switch position {
        case .start:
            try takeFirst(byte)
            position = .length
        case .length:
            try takeLength(byte)
        case .extendedLength(let remaining, let value):
            try takeExtendedLength(byte, remaining: remaining, value: value)
        case .key(let remaining, let value):
            let value = value >> 8 | UInt32(byte) << 24
            if remaining == 1 {
                mask = WebSocketMask(key: value)
                position = .payload
            } else {
                position = .key(remaining: remaining - 1, value: value)
            }
        case .payload:
            break
        }
    }

    /// FIN, the reserved bits and the opcode.
    private mutating func takeFirst(_ byte: UInt8) throws(WebSocketViolation) {
        guard byte & 0x70 == 0 else {
            throw .protocolError("A frame had a reserved bit set, but no extension was negotiated.")
        }
        guard let opcode = WebSocketOpcode(rawValue: byte & 0x0F) else {
            throw .protocolError("A frame had an unknown opcode.")
        }
        self.opcode = opcode
        isFinal = byte & 0x80 != 0
        if opcode.isControl {
            guard isFinal else { throw .protocolError("A control frame was fragmented.") }
        } else if opcode == .continuation {
            guard isInsideMessage else {
                throw .protocolError("A continuation frame came without a message to continue.")
            }
        } else {
            guard !isInsideMessage else {
                throw .protocolError("A new message began before the last one ended.")
            }
            text = opcode == .text ? UTF8Validator() : nil
        }
    }

    /// The mask bit and the seven-bit length.
    private mutating func takeLength(_ byte: UInt8) throws(WebSocketViolation) {
        guard byte & 0x80 != 0 else {
            throw .protocolError("A frame was not masked. Clients must mask every frame.")
        }
        let length = byte & 0x7F
        guard length <= 125 || !opcode.isControl else {
            throw .protocolError("A control frame was longer than 125 bytes.")
        }
        switch length {
        case 126:
            smallestExtendedLength = 126
            position = .extendedLength(remaining: 2, value: 0)
        case 127:
            smallestExtendedLength = 0x1_0000
            position = .extendedLength(remaining: 8, value: 0)
        default:
            try beginPayload(UInt64(length))
        }
    }

    private mutating func takeExtendedLength(
        _ byte: UInt8,
        remaining: UInt8,
        value: UInt64
    ) throws(WebSocketViolation) {
        guard remaining != 8 || byte & 0x80 == 0 else {
            throw .protocolError("The highest bit of a 64-bit frame length was set.")
        }
        let value = value << 8 | UInt64(byte)
        guard remaining == 1 else {
            position = .extendedLength(remaining: remaining - 1, value: value)
            return
        }
        guard value >= smallestExtendedLength else {
            throw .protocolError("A frame length was not written in the fewest bytes.")
        }
        try beginPayload(value)
    }

    private mutating func beginPayload(_ length: UInt64) throws(WebSocketViolation) {
        if !opcode.isControl {
            guard length <= UInt64(maximumMessageSize - messageSize) else {
                throw .tooBig(limit: maximumMessageSize)
            }
            messageSize += Int(length)
        }
        payloadLeft = Int(length)
        position = .key(remaining: 4, value: 0)
    }
}

// MARK: - Payload

extension WebSocketFrameDecoder {
    private mutating func takePayload(
        from input: inout ByteBuffer,
        into output: inout ByteBuffer
    ) throws(WebSocketViolation) {
        let count = min(payloadLeft, input.readableBytes)
        guard count > 0 else { return }
        payloadLeft -= count
        if opcode.isControl {
            var none: UTF8Validator?
            var body = control ?? ByteBuffer()
            control = nil
            _ = mask.unmask(count, from: &input, into: &body, checking: &none)
            control = body
        } else {
            guard mask.unmask(count, from: &input, into: &output, checking: &text) else {
                throw .invalidPayload("A text message is not UTF-8.")
            }
        }
    }

    private mutating func endFrame() throws(WebSocketViolation) -> ControlFrame? {
        guard opcode.isControl else {
            try endDataFrame()
            return nil
        }
        let body = control ?? ByteBuffer()
        control = nil
        switch opcode {
        case .ping: return .ping(body)
        case .close: return .close(try WebSocketCloseFrame(parsing: body))
        default: return .pong
        }
    }

    private mutating func endDataFrame() throws(WebSocketViolation) {
        isInsideMessage = !isFinal
        guard isFinal else { return }
        guard text?.isComplete ?? true else {
            throw .invalidPayload("A text message ended in the middle of a UTF-8 character.")
        }
        messageSize = 0
        text = nil
    }
}
