public import NIOCore

/// The JSON format of the hub protocol: one object for each message, ended by the byte 0x1E.
///
/// Values are written as .NET's servers write them: names in camelCase in the order of declaration, dates as ISO 8601
/// in UTC, `Data` as base64, UUIDs in lower case, nothing escaped but quotes, backslashes and control characters. Keys
/// of dictionaries stay as they are. A `nil` that is encoded becomes null; note that the `encode(to:)` which the
/// compiler writes leaves properties that are nil out.
///
/// Reading is strict about JSON (RFC 8259) and UTF-8. Properties are found by their exact name first and without regard
/// to ASCII case second; unknown ones are skipped; of repeated ones the last counts.
///
/// Source: SignalR's hub protocol specification, "JSON Encoding".
public struct JSONHubCodec: HubCodec {
    /// `json`.
    public var name: String { "json" }

    /// The version without stateful reconnect.
    public var maximumVersion: Int { 1 }

    /// JSON is text.
    public var transferFormat: TransferFormat { .text }

    /// Creates the codec.
    public init() {}

    /// Finds the 0x1E that ends the first message.
    ///
    /// - Parameters:
    ///   - buffer: The bytes received and not yet consumed.
    ///   - searched: How many of the readable bytes are known to hold no 0x1E; updated by the call.
    /// - Returns: The number of bytes of the first message with its 0x1E, or nil when that has not arrived.
    public func frameLength(in buffer: ByteBuffer, searched: inout Int) -> Int? {
        RecordFraming.length(in: buffer, searched: &searched)
    }

    /// Decodes one whole framed message.
    ///
    /// - Parameter frame: Exactly one message, ended by 0x1E.
    /// - Returns: The message.
    /// - Throws: ``HubProtocolError`` when the bytes are no message.
    public func decodeFrame(_ frame: ByteBuffer) throws(HubProtocolError) -> HubMessage {
        var parser = JSONMessageParser(try RecordFraming.body(of: frame))
        return try parser.parse()
    }

    /// Appends one complete framed message.
    ///
    /// - Parameters:
    ///   - message: The message to write.
    ///   - buffer: Where to append it, with its 0x1E.
    /// - Throws: ``HubEncodingError`` when a value of the message cannot be encoded; then nothing was appended.
    public func encode(_ message: OutgoingHubMessage, into buffer: inout ByteBuffer) throws(HubEncodingError) {
        let start = buffer.writerIndex
        do {
            try JSONMessageWriter.write(message, into: &buffer)
        } catch {
            buffer.moveWriterIndex(to: start)
            throw error
        }
    }
}
