import HubProtocol
import NIOCore

/// A text as the bytes of a buffer.
func bytes(_ text: String) -> ByteBuffer { ByteBuffer(string: text) }

/// One JSON message as its framed bytes.
func record(_ json: String) -> ByteBuffer { ByteBuffer(string: json + "\u{1E}") }

/// What the JSON codec writes for a message, without the 0x1E, which must be there.
func json(_ message: OutgoingHubMessage) throws -> String {
    var buffer = ByteBuffer()
    try JSONHubCodec().encode(message, into: &buffer)
    let text = String(buffer: buffer)
    guard text.hasSuffix("\u{1E}") else { throw HubProtocolError(.malformed, "no end: \(text)") }
    return String(text.dropLast())
}

/// What the JSON codec writes for one value.
func json(_ value: any Encodable & Sendable) throws -> String {
    let text = try json(.streamItem(invocationID: "", item: value))
    return String(text.dropFirst(#"{"type":2,"invocationId":"","item":"#.count).dropLast())
}

/// The message in a text of JSON.
func message(_ json: String) throws -> HubMessage {
    try JSONHubCodec().decodeFrame(record(json))
}

/// A value decoded from a text of JSON.
func value<T: Decodable>(_ json: String, as type: T.Type = T.self) throws -> T {
    try RawHubValue(json: bytes(json)).decode(as: type)
}

/// A received message as the one to send, so that a round trip can be compared byte by byte.
func outgoing(_ message: HubMessage) throws -> OutgoingHubMessage {
    func values(_ arguments: RawHubArguments) -> [any Encodable & Sendable] {
        (0..<arguments.count).map { arguments[$0] }
    }
    switch message {
    case .invocation(let call):
        return .invocation(
            invocationID: call.invocationID,
            target: call.target,
            arguments: values(call.arguments),
            streamIDs: call.streamIDs,
            headers: call.headers
        )
    case .streamInvocation(let call):
        return .streamInvocation(
            invocationID: call.invocationID ?? "",
            target: call.target,
            arguments: values(call.arguments),
            streamIDs: call.streamIDs,
            headers: call.headers
        )
    case .streamItem(let item):
        return .streamItem(invocationID: item.invocationID, item: item.item, headers: item.headers)
    case .completion(let completion):
        let outcome: OutgoingOutcome =
            switch completion.outcome {
            case .error(let text): .error(text)
            case .void: .void
            case .result(let value): .result(value)
            }
        return .completion(invocationID: completion.invocationID, outcome: outcome, headers: completion.headers)
    case .cancelInvocation(let cancel):
        return .cancelInvocation(invocationID: cancel.invocationID, headers: cancel.headers)
    case .ping: return .ping
    case .close(let close): return .close(error: close.error, allowReconnect: close.allowReconnect)
    case .ack(let sequenceID): return .ack(sequenceID: sequenceID)
    case .sequence(let sequenceID): return .sequence(sequenceID: sequenceID)
    case .unknown(let type): throw HubProtocolError(.invalidMessage, "type \(type) cannot be sent")
    }
}

/// A generator that gives the same numbers on every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
