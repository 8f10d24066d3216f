/// A client broke a rule of RFC 6455, or sent more than this server takes.
///
/// The connection is failed with `code` in a Close frame (section 7.1.7). The message holds nothing the client sent.
struct WebSocketViolation: Error, Equatable, Sendable, CustomStringConvertible {
    let code: WebSocketCloseCode
    let message: String

    var description: String {
        "\(message) (close code \(code.rawValue))"
    }

    static func protocolError(_ message: String) -> Self {
        Self(code: .protocolError, message: message)
    }

    static func invalidPayload(_ message: String) -> Self {
        Self(code: .invalidPayload, message: message)
    }

    static func tooBig(limit: Int) -> Self {
        Self(code: .tooBig, message: "A WebSocket message exceeded the limit of \(limit) bytes.")
    }
}
