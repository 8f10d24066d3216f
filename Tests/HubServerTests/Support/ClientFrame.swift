import NIOCore

@testable import HubServer

/// A frame as a client sends it, with every field open to abuse.
struct ClientFrame {
    var isFinal = true
    var reserved: UInt8 = 0
    var opcode: UInt8 = 1
    var isMasked = true
    var payload: [UInt8] = []
    var key: [UInt8] = [0x37, 0xFA, 0x21, 0x3D]
    /// How many bytes the length is written in: 0 picks the fewest.
    var lengthWidth = 0

    static func text(_ text: String) -> Self {
        Self(payload: Array(text.utf8))
    }

    static func close(_ code: UInt16? = nil, _ reason: String = "") -> Self {
        let code = code.map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } ?? []
        return Self(opcode: 8, payload: code + Array(reason.utf8))
    }

    var bytes: [UInt8] {
        var bytes = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch (lengthWidth, payload.count) {
        case (1, _), (0, 0..<126):
            bytes.append(mask | UInt8(payload.count))
        case (2, _), (0, 126...0xFFFF):
            bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            bytes.append(mask | 127)
            bytes += (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
        }
        guard isMasked else { return bytes + payload }
        return bytes + key + payload.enumerated().map { $0.element ^ key[$0.offset % 4] }
    }
}

/// What a decoder made of some bytes.
struct Decoded: Equatable {
    var payload: [UInt8] = []
    var frames: [WebSocketFrameDecoder.ControlFrame] = []
    var violation: WebSocketViolation?

    /// Feeds bytes in pieces that end at the given positions.
    init(_ bytes: [UInt8], splitAt splits: [Int] = [], limit: Int = 1 << 20) {
        var decoder = WebSocketFrameDecoder(maximumMessageSize: limit)
        var output = ByteBuffer()
        let bounds = [0] + splits.sorted() + [bytes.count]
        do throws(WebSocketViolation) {
            for (start, end) in zip(bounds, bounds.dropFirst()) {
                var input = ByteBuffer(bytes: bytes[start..<end])
                while let frame = try decoder.next(in: &input, appendingTo: &output) {
                    frames.append(frame)
                }
            }
        } catch {
            violation = error
        }
        payload = Array(output.readableBytesView)
    }
}

/// A small generator with a seed, so that a failure can be repeated.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
