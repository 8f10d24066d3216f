import CHiredisShim
import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Understands the replies of a Redis server, with the reader of hiredis.
///
/// It is fed one read at a time and keeps what is unfinished. A published message costs no allocation: its channel and
/// payload are slices of the read. Only what began in an earlier read is copied. One reader serves one connection.
///
/// This is the only file that touches C memory. Why it is safe: the pointer to the shim's reader is private, made in
/// `init` and freed in `deinit` of a type that cannot be copied; the read's bytes are used only inside
/// `withUnsafeReadableBytes`; tokens are copied before the next call into C.
@safe
struct HiredisReader: ~Copyable {
    /// Unfinished replies larger than this many bytes are refused.
    static let defaultLimit = 64 * 1024 * 1024

    private let reader: OpaquePointer
    private var isFinished = false

    /// Makes a reader for a new connection.
    ///
    /// - Parameter limit: The largest unfinished reply, in bytes.
    /// - Throws: ``RedisProtocolError`` if there is no memory for it.
    init(limit: Int = HiredisReader.defaultLimit) throws(RedisProtocolError) {
        precondition(limit > 0, "the limit of an unfinished reply must be positive")
        guard let reader = unsafe hubs_reader_create(limit) else {
            throw RedisProtocolError(code: .outOfMemory, description: "no memory for a reply reader")
        }
        unsafe self.reader = reader
    }

    deinit {
        unsafe hubs_reader_free(self.reader)
    }

    /// Reads what one read of the connection brought.
    ///
    /// - Parameters:
    ///   - buffer: The readable bytes; the messages handed on share their storage.
    ///   - sink: Gets the replies that are complete, in order.
    /// - Throws: ``RedisProtocolError`` at the first byte that makes no sense. The reader answers nothing afterwards.
    mutating func read<Sink: RedisReplySink>(_ buffer: ByteBuffer, into sink: inout Sink) throws(RedisProtocolError) {
        guard !self.isFinished else { return }
        self.isFinished = true
        try unsafe buffer.withUnsafeReadableBytes { bytes throws(RedisProtocolError) in
            unsafe hubs_reader_begin(self.reader, bytes.baseAddress, bytes.count)
            try self.drain(buffer, into: &sink)
        }
    }

    /// How many bytes it keeps for what is unfinished, apart from what is reserved beyond.
    var heldBytes: Int { unsafe hubs_reader_held(self.reader) }

    /// Hands on what is complete.
    ///
    /// Sets `isFinished` back if the connection can be read further.
    private mutating func drain<Sink: RedisReplySink>(
        _ buffer: ByteBuffer,
        into sink: inout Sink
    ) throws(RedisProtocolError) {
        var event = unsafe hubs_event()
        while true {
            unsafe hubs_reader_next(self.reader, &event)
            let goOn: Bool
            switch unsafe event.kind {
            case .HUBS_EVENT_NEED_MORE:
                self.isFinished = false
                return
            case .HUBS_EVENT_MESSAGE:
                let channel = unsafe Self.take(event.channel, of: buffer)
                goOn = sink.received(payload: unsafe Self.take(event.payload, of: buffer), channel: channel)
            case .HUBS_EVENT_SHARD_MESSAGE:
                let channel = unsafe Self.take(event.channel, of: buffer)
                goOn = sink.received(payload: unsafe Self.take(event.payload, of: buffer), shardChannel: channel)
            case .HUBS_EVENT_INTEGER:
                goOn = unsafe sink.received(integer: event.number)
            case .HUBS_EVENT_REPLY:
                var index = 0
                goOn = sink.received(reply: self.reply(at: &index))
            case .HUBS_EVENT_FAILED:
                throw self.failure
            }
            if !goOn { return }
        }
    }

    private static func take(_ bytes: hubs_bytes, of buffer: ByteBuffer) -> ByteBuffer {
        guard let kept = unsafe bytes.kept else {
            let start = unsafe buffer.readerIndex + Int(bytes.position)
            return unsafe buffer.getSlice(at: start, length: bytes.length) ?? ByteBuffer()
        }
        defer { unsafe free(kept) }
        return unsafe ByteBuffer(bytes: UnsafeRawBufferPointer(start: kept, count: bytes.length))
    }

    /// Builds the reply whose first token is at `index`.
    ///
    /// The shim bounds the depth to 7 and promises all the tokens.
    private func reply(at index: inout Int) -> RedisReply {
        let token = unsafe hubs_reader_token(self.reader, index)
        index += 1
        let text = unsafe UnsafeRawBufferPointer(start: token.bytes, count: token.length)
        switch unsafe token.kind {
        case .HUBS_TOKEN_STATUS: return .status(unsafe String(decoding: text, as: UTF8.self))
        case .HUBS_TOKEN_ERROR: return .error(unsafe String(decoding: text, as: UTF8.self))
        case .HUBS_TOKEN_INTEGER: return unsafe .integer(token.number)
        case .HUBS_TOKEN_BULK: return .bulk(unsafe ByteBuffer(bytes: text))
        case .HUBS_TOKEN_NULL: return .null
        case .HUBS_TOKEN_ARRAY:
            var elements: [RedisReply] = []
            for _ in unsafe 0..<token.number {
                elements.append(self.reply(at: &index))
            }
            return .array(elements)
        }
    }

    private var failure: RedisProtocolError {
        switch unsafe hubs_reader_failure(self.reader) {
        case .HUBS_FAILURE_NONE, .HUBS_FAILURE_PROTOCOL:
            let text = unsafe String(cString: hubs_reader_failure_text(self.reader))
            return RedisProtocolError(code: .malformed, description: text)
        case .HUBS_FAILURE_UNSUPPORTED:
            return RedisProtocolError(code: .unsupportedType, description: "a RESP3 type, which was not asked for")
        case .HUBS_FAILURE_TOO_DEEP:
            return RedisProtocolError(code: .tooDeep, description: "arrays nested deeper than 7")
        case .HUBS_FAILURE_TOO_LARGE:
            return RedisProtocolError(code: .tooLarge, description: "an unfinished reply beyond the limit")
        case .HUBS_FAILURE_NO_MEMORY:
            return RedisProtocolError(code: .outOfMemory, description: "no memory for a reply")
        }
    }
}
