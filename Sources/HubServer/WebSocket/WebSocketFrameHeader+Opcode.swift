import HubRuntime
import NIOCore

extension WebSocketFrameHeader {
    /// The most that a control frame may carry, in bytes (RFC 6455 section 5.5).
    static let maximumControlLength = 125

    /// Appends the header of an unfragmented frame.
    ///
    /// - Parameters:
    ///   - opcode: What the frame carries.
    ///   - length: Bytes of payload that follow.
    ///   - buffer: Where the header is appended.
    static func write(_ opcode: WebSocketOpcode, length: Int, into buffer: inout ByteBuffer) {
        self.write(opcode: opcode.rawValue, length: length, into: &buffer)
    }
}
