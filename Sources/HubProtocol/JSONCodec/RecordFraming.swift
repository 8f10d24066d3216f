import NIOCore

/// Records that are ended by the byte 0x1E: messages in JSON, and every handshake.
enum RecordFraming {
    /// The length of the first record with its end, or nil; searches only what has not been searched.
    static func length(in buffer: ByteBuffer, searched: inout Int) -> Int? {
        let start = min(max(searched, 0), buffer.readableBytes)
        let view = buffer.viewBytes(at: buffer.readerIndex + start, length: buffer.readableBytes - start)
        guard let end = view?.firstIndex(of: JSONByte.recordSeparator) else {
            searched = buffer.readableBytes
            return nil
        }
        let length = end - buffer.readerIndex + 1
        searched = length - 1
        return length
    }

    /// The bytes of a record without its end.
    static func body(of frame: ByteBuffer) throws(HubProtocolError) -> ByteBuffer {
        let length = frame.readableBytes
        guard length > 0, frame.readableBytesUInt8Span[length - 1] == JSONByte.recordSeparator else {
            throw HubProtocolError(.malformed, "A message must end with the byte 0x1E.")
        }
        return frame.slice(0..<length - 1)
    }
}
