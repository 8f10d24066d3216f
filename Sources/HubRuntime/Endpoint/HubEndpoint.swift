public import BusCore
public import Logging
public import NIOCore

/// One hub on one node: takes its connections, and links it to the hub's other nodes over a message bus.
///
/// A server makes one for each path it maps. Whoever has transports of another kind can make one, too:
///
/// ```swift
/// let endpoint = HubEndpoint(Chat(), bus: bus, logger: logger)
/// try endpoint.start()
/// let input = endpoint.open(transport, request: request, on: eventLoop)
/// ```
///
/// It stays alive, and its connections with it, until ``stop(within:)``.
public final class HubEndpoint: HubTransportAcceptor {
    package let core: HubCore

    /// Creates an endpoint.
    ///
    /// It does nothing until ``start()``.
    ///
    /// - Parameters:
    ///   - hub: The hub.
    ///   - bus: What links this node to the others.
    ///   - configuration: Bounds, deadlines and hooks.
    ///   - logger: Where to log.
    public init<H: Hub>(
        _ hub: H,
        bus: any MessageBus,
        configuration: HubEndpointConfiguration = HubEndpointConfiguration(),
        logger: Logger
    ) {
        self.core = HubCore(
            name: H.name,
            dispatcher: TypedHubDispatcher(hub),
            bus: bus,
            configuration: configuration,
            logger: logger
        )
    }

    /// The hub's name on the bus.
    public var name: String { self.core.name }

    /// The name of this node on the bus.
    public var serverName: String { self.core.serverName }

    /// Counts since the endpoint was created.
    public var statistics: HubStatistics { self.core.statistics }

    /// The hub as seen from outside of its methods.
    ///
    /// - Parameter type: The type of the hub that the endpoint was created with.
    /// - Returns: The context.
    public func context<H: Hub>(for type: H.Type = H.self) -> HubContext<H> {
        HubContext(core: self.core)
    }

    /// Joins the bus.
    ///
    /// Does not wait for it: connections are accepted whether or not the bus is up.
    ///
    /// - Throws: `.closed` if the bus has been closed, `.invalidChannel` if the hub's name is too long for it.
    public func start() throws(BusError) {
        try self.core.start()
    }

    /// Waits until the bus has confirmed that messages of other nodes reach this one.
    ///
    /// - Parameter limit: How long to wait.
    /// - Throws: ``BusError`` as ``BusSubscription/active(within:)`` throws it. The endpoint works nevertheless, and messages
    ///   arrive as soon as the bus is up.
    public func joined(within limit: Duration) async throws {
        try await self.core.started(within: limit)
    }

    /// Starts a connection on a transport that is ready to be written to.
    ///
    /// Must be called on `eventLoop`.
    ///
    /// - Parameters:
    ///   - transport: What to write to.
    ///   - request: The HTTP request that opened it.
    ///   - eventLoop: The loop the transport lives on.
    /// - Returns: Where to deliver what the transport receives.
    public func open(
        _ transport: any HubTransport,
        request: HubConnectionRequest,
        on eventLoop: any EventLoop
    ) -> any HubTransportInput {
        eventLoop.preconditionInEventLoop()
        return self.core.open(transport, request, on: eventLoop)
    }

    /// Ends every connection, telling its client that it may reconnect, waits for the hub's code to finish, and leaves the
    /// bus.
    ///
    /// - Parameter limit: How long to wait. Code of the hub that still runs then is not interrupted.
    public func stop(within limit: Duration) async {
        await self.core.stop(within: limit)
    }
}
