public import HubRuntime

extension HubServer {
    /// Serves a hub at a path.
    ///
    /// Clients negotiate at `path` + `/negotiate` and connect at `path`.
    ///
    /// - Parameters:
    ///   - hub: The hub.
    ///   - path: The path, such as `/chat`, not percent-encoded. It must be free.
    ///   - configure: Changes the hub's bounds, deadlines and hooks from their defaults.
    /// - Returns: The endpoint: the hub as seen from outside of its methods, and what it counts.
    @discardableResult
    public func map(
        _ hub: some Hub,
        at path: String,
        configure: (inout HubEndpointConfiguration) -> Void = { _ in }
    ) -> HubEndpoint {
        var configuration = HubEndpointConfiguration()
        configuration.serverName = node
        configure(&configuration)
        let endpoint = HubEndpoint(hub, bus: bus, configuration: configuration, logger: logger)
        map(
            MappedHub(
                path: path,
                acceptor: endpoint,
                start: { try endpoint.start() },
                stop: { await endpoint.stop(within: $0) }
            )
        )
        return endpoint
    }
}
