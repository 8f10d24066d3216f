public import HubRuntime
public import NIOCore

/// A plain GET request to a page of the application's own.
public struct HubServerRequest: Sendable {
    /// The path, percent-decoded, without a slash at the end unless it is the root.
    public var path: String

    /// The query parameters, percent-decoded, in their order.
    public var query: HubRequestFields

    /// The header fields, in their order.
    public var headers: HubRequestFields

    /// The address of the peer, which may be a proxy, if it is known.
    public var remoteAddress: SocketAddress?
}
