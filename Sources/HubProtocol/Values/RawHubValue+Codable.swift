public import NIOCore

extension RawHubValue: Codable {
    /// Takes a value over undecoded.
    ///
    /// The codecs of this module keep its bytes; other decoders go through ``HubValue``.
    ///
    /// - Parameter decoder: Where to read from.
    /// - Throws: `DecodingError` when the decoder offers no value that can be represented.
    public init(from decoder: any Decoder) throws {
        let value = try HubValue(from: decoder)
        var buffer = ByteBuffer()
        try JSONWriter.write(value, into: &buffer)
        self.init(checkedBytes: buffer, format: .json)
    }

    /// Passes the value on.
    ///
    /// A codec of the same format copies its bytes; other encoders go through ``HubValue``.
    ///
    /// - Parameter encoder: Where to write to.
    /// - Throws: Whatever the encoder throws, or ``HubBindingError`` when the value is nested too deep.
    public func encode(to encoder: any Encoder) throws {
        try decode(as: HubValue.self).encode(to: encoder)
    }
}

extension RawHubValue {
    /// Creates a value from JSON text.
    ///
    /// - Parameter json: One JSON value in UTF-8; white space around it is allowed.
    /// - Throws: ``HubProtocolError`` when it is not well-formed.
    public init(json: ByteBuffer) throws(HubProtocolError) {
        var scanner = JSONScanner()
        let bytes = json.readableBytesUInt8Span
        do {
            let range = try scanner.wholeValue(bytes)
            self.init(checkedBytes: json.slice(range), format: .json)
        } catch {
            throw error.asProtocolError
        }
    }
}
