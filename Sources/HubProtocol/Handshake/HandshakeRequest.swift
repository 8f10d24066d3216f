public import NIOCore

/// The first record a client sends: which protocol it wants to speak.
///
/// Handshakes are JSON, ended by 0x1E, whatever protocol follows them.
///
/// Source: SignalR's hub protocol specification, "HandshakeRequest Message".
public struct HandshakeRequest: Sendable, Hashable {
    /// The largest handshake accepted by default, in bytes with its 0x1E.
    public static let defaultMaximumSize = 32 * 1024

    /// The name of the protocol, such as `json`; servers compare it without regard to case.
    public var protocolName: String

    /// The version of the protocol.
    public var version: Int

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - protocolName: The name of the protocol, such as `json`.
    ///   - version: The version of the protocol.
    public init(protocolName: String, version: Int) {
        self.protocolName = protocolName
        self.version = version
    }

    /// Takes a request off the front of a buffer.
    ///
    /// Consumes through 0x1E only; the messages that may follow stay in the buffer.
    ///
    /// - Parameters:
    ///   - buffer: The bytes received.
    ///   - maximumSize: The largest request accepted, in bytes with its 0x1E.
    /// - Returns: The request, or nil when it is not complete; then nothing was consumed.
    /// - Throws: ``HubProtocolError`` when the bytes are no request, or too many.
    public static func decode(
        from buffer: inout ByteBuffer,
        maximumSize: Int = HandshakeRequest.defaultMaximumSize
    ) throws(HubProtocolError) -> HandshakeRequest? {
        guard let object = try HandshakeRecord.take(from: &buffer, maximumSize: maximumSize) else { return nil }
        let name = try HandshakeRecord.text("protocol", in: object)
        guard let name else { throw HandshakeRecord.missing("protocol") }
        return HandshakeRequest(protocolName: name, version: try HandshakeRecord.integer("version", in: object))
    }

    /// Appends the request with its 0x1E.
    ///
    /// - Parameter buffer: Where to append it.
    public func encode(into buffer: inout ByteBuffer) {
        buffer.writeStaticString("{\"protocol\":")
        JSONWriter.write(protocolName, into: &buffer)
        buffer.writeStaticString(",\"version\":")
        JSONWriter.write(version, into: &buffer)
        buffer.writeInteger(JSONByte.closeObject)
        buffer.writeInteger(JSONByte.recordSeparator)
    }
}
