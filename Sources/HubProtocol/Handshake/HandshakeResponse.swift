public import NIOCore

/// The answer to a handshake: consent, or why there is none.
///
/// Source: SignalR's hub protocol specification, "HandshakeResponse Message".
public struct HandshakeResponse: Sendable, Hashable {
    /// Why the handshake failed; nil when it succeeded.
    public var error: String?

    /// Creates a response.
    ///
    /// - Parameter error: Why the handshake failed; nil when it succeeded.
    public init(error: String? = nil) {
        self.error = error
    }

    /// Takes a response off the front of a buffer.
    ///
    /// Consumes through 0x1E only; the messages that may follow stay in the buffer.
    ///
    /// - Parameters:
    ///   - buffer: The bytes received.
    ///   - maximumSize: The largest response accepted, in bytes with its 0x1E.
    /// - Returns: The response, or nil when it is not complete; then nothing was consumed.
    /// - Throws: ``HubProtocolError`` when the bytes are no response, or too many.
    public static func decode(
        from buffer: inout ByteBuffer,
        maximumSize: Int = HandshakeRequest.defaultMaximumSize
    ) throws(HubProtocolError) -> HandshakeResponse? {
        guard let object = try HandshakeRecord.take(from: &buffer, maximumSize: maximumSize) else { return nil }
        if object["type"] != nil {
            throw HubProtocolError(.invalidHandshake, "Expected a handshake response from the server.")
        }
        return HandshakeResponse(error: try HandshakeRecord.text("error", in: object))
    }

    /// Appends the response with its 0x1E; consent is exactly the bytes `7B 7D 1E`.
    ///
    /// - Parameter buffer: Where to append it.
    public func encode(into buffer: inout ByteBuffer) {
        if let error {
            buffer.writeStaticString("{\"error\":")
            JSONWriter.write(error, into: &buffer)
        } else {
            buffer.writeInteger(JSONByte.openObject)
        }
        buffer.writeInteger(JSONByte.closeObject)
        buffer.writeInteger(JSONByte.recordSeparator)
    }
}
