public import NIOCore

/// Where a server brings the transports of one path: ``HubEndpoint`` is one.
public protocol HubTransportAcceptor: Sendable {
    /// Starts a connection on a transport that is ready to be written to.
    ///
    /// Must be called on `eventLoop`, which stays the connection's home for life. The transport's peer owes the handshake of
    /// the hub protocol as its first message; the connection enforces the time limit for it.
    ///
    /// - Parameters:
    ///   - transport: What to write to.
    ///   - request: The HTTP request that opened it.
    ///   - eventLoop: The loop the transport lives on.
    /// - Returns: Where to deliver what the transport receives.
    func open(
        _ transport: any HubTransport,
        request: HubConnectionRequest,
        on eventLoop: any EventLoop
    ) -> any HubTransportInput
}
