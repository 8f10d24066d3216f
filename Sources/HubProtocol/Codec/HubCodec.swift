public import NIOCore

/// One wire format of SignalR's hub protocol: takes messages out of bytes, and puts messages into bytes.
///
/// A codec is a value without state and without I/O, shared by every connection that negotiated it. It never waits,
/// and no bytes of a peer can trap it. For input that arrives in pieces, use ``HubMessageDecoder``, which remembers how
/// far it has searched.
public protocol HubCodec: Sendable {
    /// The name that a client asks for in its handshake, such as `json`.
    var name: String { get }

    /// The highest protocol version this codec speaks; every version from 1 up to it is accepted.
    var maximumVersion: Int { get }

    /// What a transport has to carry for this codec.
    var transferFormat: TransferFormat { get }

    /// Finds the end of the first framed message.
    ///
    /// Costs time in proportion to the bytes beyond `searched`, so that a large message which arrives in many pieces
    /// is searched once in total.
    ///
    /// - Parameters:
    ///   - buffer: The bytes received and not yet consumed. They are not changed.
    ///   - searched: How many of the readable bytes are known to hold no end of a message; updated by the call.
    /// - Returns: The number of bytes of the first message with its framing, or nil when its end has not arrived.
    ///   A codec whose frames begin with their length may return a length greater than the readable bytes.
    /// - Throws: ``HubProtocolError`` when the bytes cannot be the start of a message.
    func frameLength(in buffer: ByteBuffer, searched: inout Int) throws(HubProtocolError) -> Int?

    /// Decodes one whole framed message.
    ///
    /// The values inside the message are checked for well-formedness, and decoded only when they are asked for. They
    /// are slices of `frame` and keep its storage alive.
    ///
    /// - Parameter frame: Exactly one message with its framing.
    /// - Returns: The message.
    /// - Throws: ``HubProtocolError`` when the bytes are no message; the connection must then be closed.
    func decodeFrame(_ frame: ByteBuffer) throws(HubProtocolError) -> HubMessage

    /// Takes one whole message off the front of a buffer.
    ///
    /// - Parameter buffer: The bytes received; a whole message is consumed, an incomplete one is left as it is.
    /// - Returns: The message, or nil when it is not complete.
    /// - Throws: ``HubProtocolError`` for bytes that are no message. The connection must be closed with that reason;
    ///   the offending frame has been consumed if its end is known.
    func decodeMessage(from buffer: inout ByteBuffer) throws(HubProtocolError) -> HubMessage?

    /// Appends one complete framed message.
    ///
    /// - Parameters:
    ///   - message: The message to write.
    ///   - buffer: Where to append it.
    /// - Throws: ``HubEncodingError`` when a value of the message cannot be encoded; then nothing was appended.
    func encode(_ message: OutgoingHubMessage, into buffer: inout ByteBuffer) throws(HubEncodingError)
}

extension HubCodec {
    /// Takes one whole message off the front of a buffer.
    ///
    /// - Parameter buffer: The bytes received; a whole message is consumed, an incomplete one is left as it is.
    /// - Returns: The message, or nil when it is not complete.
    /// - Throws: ``HubProtocolError`` for bytes that are no message. The connection must be closed with that reason;
    ///   the offending frame has been consumed if its end is known.
    public func decodeMessage(from buffer: inout ByteBuffer) throws(HubProtocolError) -> HubMessage? {
        var searched = 0
        guard let length = try frameLength(in: buffer, searched: &searched),
            let frame = buffer.readSlice(length: length)
        else { return nil }
        return try decodeFrame(frame)
    }
}
