import HubRuntime
import NIOCore

/// The body of a Close frame: nothing, or a code and a reason (RFC 6455 section 5.5.1).
struct WebSocketCloseFrame: Equatable, Sendable {
    /// Nil when the frame was empty.
    var code: WebSocketCloseCode?
    var reason: String

    /// Reads the unmasked body of a Close frame that a client sent.
    ///
    /// - Parameter body: The unmasked body, at most 125 bytes.
    /// - Throws: ``WebSocketViolation`` for a body of one byte, a code that must not be sent, or a reason that is not UTF-8.
    init(parsing body: ByteBuffer) throws(WebSocketViolation) {
        guard body.readableBytes > 0 else {
            self.code = nil
            self.reason = ""
            return
        }
        var body = body
        guard let number = body.readInteger(as: UInt16.self) else {
            throw .protocolError("A Close frame with a body must begin with a two-byte code.")
        }
        let code = WebSocketCloseCode(rawValue: number)
        guard code.isAllowedOnTheWire else {
            throw .protocolError("A Close frame carried a code that must not be sent.")
        }
        guard let reason = String(validating: body.readableBytesView, as: UTF8.self) else {
            throw .invalidPayload("The reason in a Close frame is not UTF-8.")
        }
        self.code = code
        self.reason = reason
    }

    init(code: WebSocketCloseCode?, reason: String = "") {
        self.code = code
        self.reason = reason
    }

    /// Writes the whole frame, header included, as a server sends it.
    ///
    /// - Parameter buffer: Where the frame is appended.
    func write(into buffer: inout ByteBuffer) {
        guard let code else {
            WebSocketFrameHeader.write(.close, length: 0, into: &buffer)
            return
        }
        let text = reason.prefix(utf8Bytes: WebSocketFrameHeader.maximumControlLength - 2)
        WebSocketFrameHeader.write(.close, length: 2 + text.utf8.count, into: &buffer)
        buffer.writeInteger(code.rawValue)
        buffer.writeSubstring(text)
    }
}

extension String {
    /// The longest prefix of whole characters that fits in a number of UTF-8 bytes.
    fileprivate func prefix(utf8Bytes limit: Int) -> Substring {
        guard utf8.count > limit else { return self[...] }
        var end = startIndex
        var used = 0
        while end < endIndex {
            used += self[end].utf8.count
            if used > limit { break }
            end = index(after: end)
        }
        return self[..<end]
    }
}
