package import HubProtocol
package import HubRuntime

/// What a client of a test saw.
package enum ClientEvent: Sendable, Equatable {
    case handshake(error: String?)
    case invocation(target: String, arguments: [HubValue])
    case result(id: String, HubValue)
    case done(id: String)
    case failed(id: String, String)
    case ping
    case closeMessage(error: String?, allowReconnect: Bool)
    case transportClosed(TransportCloseReason)
    /// Bytes that a client must never get.
    case nonsense(String)
}
