import HubRuntime
import NIOCore
import NIOHTTP1

/// One request, complete and with its target decoded, on its way through the router.
struct HTTPExchange {
    var head: HTTPRequestHead
    var target: RequestTarget
    var remoteAddress: SocketAddress?
    /// The loop's time.
    var now: NIODeadline

    /// What becomes of a request.
    enum Decision {
        case answer(HubServerResponse)
        /// Answered by a task; the connection reads no further request meanwhile.
        case later(@Sendable () async -> HubServerResponse)
        case upgrade(WebSocketUpgrade)
    }

    /// GET, or HEAD, which is answered in the same way but for the body.
    var isGet: Bool {
        head.method == .GET || head.method == .HEAD
    }

    /// The header fields in the runtime's form.
    ///
    /// - Parameter isKept: Which names to keep.
    /// - Returns: The fields in their order.
    func headers(where isKept: (String) -> Bool = { _ in true }) -> HubRequestFields {
        var fields = HubRequestFields()
        for (name, value) in head.headers where isKept(name) {
            fields.append(name: name, value: value)
        }
        return fields
    }
}
