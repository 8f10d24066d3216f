public import NIOCore

/// Takes messages out of a byte stream that arrives in pieces of any size.
///
/// It remembers how far it has searched for the end of a message, so that a large message in many pieces costs linear
/// time, and it bounds the size of a message. One value serves one connection; the bytes stay in the caller's buffer.
///
/// ```swift
/// buffer.writeBuffer(&received)
/// while let message = try decoder.next(from: &buffer) { handle(message) }
/// ```
public struct HubMessageDecoder: Sendable {
    /// The largest message accepted by default, in bytes with its framing.
    ///
    /// .NET's servers accept 32 KiB, too.
    public static let defaultMaximumMessageSize = 32 * 1024

    /// The codec that the connection negotiated.
    public let codec: any HubCodec

    /// The largest message accepted, in bytes with its framing.
    public let maximumMessageSize: Int

    private var searched = 0

    /// Creates a decoder for one connection.
    ///
    /// - Parameters:
    ///   - codec: The codec that the connection negotiated.
    ///   - maximumMessageSize: The largest message accepted, in bytes with its framing; at least 1.
    public init(codec: any HubCodec, maximumMessageSize: Int = HubMessageDecoder.defaultMaximumMessageSize) {
        precondition(maximumMessageSize > 0, "maximumMessageSize is a number of bytes and must be at least 1")
        self.codec = codec
        self.maximumMessageSize = maximumMessageSize
    }

    /// Takes the next whole message off the front of a buffer.
    ///
    /// Between two calls the buffer may only grow at its end.
    ///
    /// - Parameter buffer: The bytes received and not yet consumed.
    /// - Returns: The message, or nil when more bytes are needed.
    /// - Throws: ``HubProtocolError`` when the bytes are no message, or the message is larger than
    ///   ``maximumMessageSize``; the connection must then be closed.
    public mutating func next(from buffer: inout ByteBuffer) throws(HubProtocolError) -> HubMessage? {
        guard let length = try codec.frameLength(in: buffer, searched: &searched) else {
            try check(size: buffer.readableBytes, complete: false)
            return nil
        }
        try check(size: length, complete: true)
        guard let frame = buffer.readSlice(length: length) else { return nil }
        searched = 0
        return try codec.decodeFrame(frame)
    }

    private func check(size: Int, complete: Bool) throws(HubProtocolError) {
        guard size > maximumMessageSize else { return }
        throw HubProtocolError(
            .messageTooLarge,
            "A message of \(complete ? "" : "more than ")\(size) bytes exceeds the maximum message size of "
                + "\(maximumMessageSize) bytes. Send smaller messages, or raise the limit."
        )
    }
}
