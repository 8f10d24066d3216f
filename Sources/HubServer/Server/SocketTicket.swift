/// What an open WebSocket takes from the server, and gives back when it ends.
struct SocketTicket {
    private let sockets: SocketCount
    private let negotiated: NegotiatedConnections
    private let token: ConnectionToken?

    /// Counts a socket.
    ///
    /// - Parameters:
    ///   - sockets: Where it is counted.
    ///   - negotiated: Where its token is in use.
    ///   - token: The token; nil if it was opened without one.
    init(sockets: SocketCount, negotiated: NegotiatedConnections, token: ConnectionToken?) {
        self.sockets = sockets
        self.negotiated = negotiated
        self.token = token
        sockets.opened()
    }

    /// Called exactly once.
    func giveBack() {
        sockets.closed()
        if let token { negotiated.release(token) }
    }
}
