import NIOCore

/// What the two records of a handshake have in common.
enum HandshakeRecord {
    /// Takes one record off the front of a buffer, or nothing.
    static func take(from buffer: inout ByteBuffer, maximumSize: Int) throws(HubProtocolError) -> HubObject? {
        var searched = 0
        let length = RecordFraming.length(in: buffer, searched: &searched)
        if length ?? buffer.readableBytes > maximumSize {
            let message = "A handshake of more than \(maximumSize) bytes is not accepted."
            throw HubProtocolError(.messageTooLarge, message)
        }
        guard let length, let record = buffer.readSlice(length: length) else { return nil }
        return try object(RawHubValue(json: try RecordFraming.body(of: record)))
    }

    private static func object(_ raw: RawHubValue) throws(HubProtocolError) -> HubObject {
        let kind = JSONScalar.kind(raw.bytes, 0..<raw.bytes.readableBytes)
        do {
            if case .object(let object) = try raw.decode(as: HubValue.self) { return object }
        } catch {
            throw invalid(error.message)
        }
        throw invalid("Unexpected JSON Token Type '\(kind.tokenName)'. Expected a JSON Object.")
    }

    /// A property that is a text, or nil when it is absent or null.
    static func text(_ name: String, in object: HubObject) throws(HubProtocolError) -> String? {
        switch object[name] {
        case .string(let text): text
        case nil, .null: nil
        default: throw invalid("Expected '\(name)' to be of type String.")
        }
    }

    /// A property that has to be a whole number.
    static func integer(_ name: String, in object: HubObject) throws(HubProtocolError) -> Int {
        switch object[name] {
        case .int(let number): Int(number)
        case nil: throw missing(name)
        default: throw invalid("Expected '\(name)' to be of type Number.")
        }
    }

    static func missing(_ name: String) -> HubProtocolError { invalid("Missing required property '\(name)'.") }

    private static func invalid(_ message: String) -> HubProtocolError { HubProtocolError(.invalidHandshake, message) }
}
