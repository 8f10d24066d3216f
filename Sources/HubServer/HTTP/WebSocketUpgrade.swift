import HubRuntime
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// An accepted opening handshake: what is answered, and what the socket becomes (RFC 6455 section 4.2).
struct WebSocketUpgrade {
    let head: HTTPRequestHead
    let opening: HubSocketHandler.Opening
    let limits: HubSocketLimits

    /// Whether a request asks for a WebSocket at all, in good order or not.
    ///
    /// - Parameter head: The request.
    /// - Returns: Whether `Upgrade` names the protocol.
    static func isRequested(by head: HTTPRequestHead) -> Bool {
        head.method == .GET && lists(head, "Upgrade", "websocket")
    }

    /// Checks the header fields of the opening handshake.
    ///
    /// - Parameter head: A request for which ``isRequested(by:)`` is true.
    /// - Returns: The answer that refuses it, or nil if it is in order.
    static func refusal(of head: HTTPRequestHead) -> HubServerResponse? {
        guard head.version == .http1_1, lists(head, "Connection", "upgrade") else {
            return .text("A WebSocket needs HTTP/1.1 and the header field 'Connection: Upgrade'.", status: 400)
        }
        guard head.headers["Sec-WebSocket-Version"] == ["13"] else {
            return .text("This server speaks version 13 of the WebSocket protocol.", status: 426)
                .adding("Sec-WebSocket-Version", "13")
                .adding("Upgrade", "websocket")
        }
        let keys = head.headers["Sec-WebSocket-Key"]
        guard keys.count == 1, isKey(keys[0]) else {
            return .text("The header field 'Sec-WebSocket-Key' must be 16 bytes in base64, once.", status: 400)
        }
        return nil
    }

    /// The header of the 101 response.
    ///
    /// NIO's own upgrader computes `Sec-WebSocket-Accept`; its part in the pipeline isn't used, because it serves only
    /// the first request of a connection.
    ///
    /// - Parameter channel: The channel; the result is complete at once.
    /// - Returns: The header fields.
    func responseHeaders(on channel: any Channel) -> EventLoopFuture<HTTPHeaders> {
        Self.handshake.buildUpgradeResponse(channel: channel, upgradeRequest: head, initialResponseHeaders: [:])
    }

    private static let handshake = NIOWebSocketServerUpgrader(
        shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
        upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
    )

    private static func lists(_ head: HTTPRequestHead, _ name: String, _ value: String) -> Bool {
        head.headers[canonicalForm: name].contains { ASCIICase.equal(String($0), value) }
    }

    /// 22 digits of base64 and two equals signs: the only form of 16 bytes.
    private static func isKey(_ text: String) -> Bool {
        text.utf8.count == 24 && text.hasSuffix("==")
            && text.utf8.dropLast(2).allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2F: true
                default: false
                }
            }
    }
}
