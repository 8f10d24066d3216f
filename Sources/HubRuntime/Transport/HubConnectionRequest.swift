public import NIOCore

/// The HTTP request that opened a connection.
public struct HubConnectionRequest: Sendable {
    /// The connection's public id, as hubs and other clients see it.
    ///
    /// The secret connection token is not part of this value.
    public var connectionID: String

    /// The path of the request, percent-decoded.
    public var path: String

    /// The query parameters, percent-decoded, in their order.
    ///
    /// Without secrets such as `id` and `access_token`, if the server takes them out.
    public var query: HubRequestFields

    /// The header fields, in their order.
    public var headers: HubRequestFields

    /// The address of the peer, if it is known.
    public var remoteAddress: SocketAddress?

    /// Creates a request.
    ///
    /// - Parameters:
    ///   - connectionID: The connection's public id: unique among all nodes, and not empty.
    ///   - path: The path of the request, percent-decoded.
    ///   - query: The query parameters.
    ///   - headers: The header fields.
    ///   - remoteAddress: The address of the peer.
    public init(
        connectionID: String,
        path: String = "/",
        query: HubRequestFields = HubRequestFields(),
        headers: HubRequestFields = HubRequestFields(),
        remoteAddress: SocketAddress? = nil
    ) {
        self.connectionID = connectionID
        self.path = path
        self.query = query
        self.headers = headers
        self.remoteAddress = remoteAddress
    }
}
