public import BusCore
public import Logging
public import NIOCore
import Synchronization

/// Serves hubs over HTTP and WebSockets.
///
/// ```swift
/// let server = HubServer(bus: InMemoryBus())
/// server.map(Chat(), at: "/chat")
/// try await server.run()
/// ```
///
/// It answers `/health` (the whole state, for monitoring), `/health/live` (200 while the process works) and
/// `/health/ready` (200 while the server takes connections) by itself. A server is started once.
public final class HubServer: Sendable {
    private enum Phase {
        case new
        case started(Listener?)
        case stopped
    }

    private struct State {
        var phase = Phase.new
        var hubs: [MappedHub] = []
        var pages: [String: @Sendable (HubServerRequest) -> HubServerResponse] = [:]
        var stopping: Task<Void, Never>?
    }

    /// The name of this node in `/health` and on the bus.
    public let node: String

    let bus: any MessageBus
    let configuration: HubServerConfiguration
    let logger: Logger
    private let sockets = SocketCount()
    private let state = Mutex(State())

    /// Creates a server that does nothing yet.
    ///
    /// - Parameters:
    ///   - bus: What carries messages between the nodes.
    ///   - configuration: Where to listen, and the limits.
    ///   - logger: Where to log; one line when the server listens, one when it stops.
    public init(
        bus: any MessageBus,
        configuration: HubServerConfiguration = HubServerConfiguration(),
        logger: Logger = Logger(label: "hubs.server")
    ) {
        let node = configuration.node ?? "swift_\(ConnectionToken.random().hexadecimal)"
        var logger = logger
        logger[metadataKey: "hub.node"] = "\(node)"
        self.node = node
        self.bus = bus
        self.configuration = configuration
        self.logger = logger
    }

    /// The address the server listens on; nil before it is started and after it has stopped.
    public var localAddress: SocketAddress? {
        listener?.channel.localAddress
    }

    /// How many WebSockets are open.
    public var connectionCount: Int {
        sockets.value
    }

    private var listener: Listener? {
        state.withLock { state in
            if case .started(let listener) = state.phase { listener } else { nil }
        }
    }
}

// MARK: - Routes

extension HubServer {
    /// Serves a page of the application's own at a path, for GET and HEAD.
    ///
    /// Meant for a page to try a hub with and the like. The closure runs on an event loop: it must return at once.
    ///
    /// - Parameters:
    ///   - path: The path, such as `/`, not percent-encoded. It must be free.
    ///   - page: Makes the response.
    public func get(_ path: String, _ page: @escaping @Sendable (HubServerRequest) -> HubServerResponse) {
        precondition(path.hasPrefix("/"), "A path begins with a slash: '\(path)' does not.")
        state.withLock { state in
            guard case .new = state.phase else { preconditionFailure("Add pages before the server is started.") }
            precondition(state.pages[path] == nil, "There is a page at '\(path)' already.")
            state.pages[path] = page
        }
    }

    /// Adds a hub without its type.
    func map(_ hub: MappedHub) {
        precondition(hub.path.hasPrefix("/"), "A path begins with a slash: '\(hub.path)' does not.")
        precondition(hub.path == "/" || !hub.path.hasSuffix("/"), "A path does not end in a slash: '\(hub.path)' does.")
        state.withLock { state in
            guard case .new = state.phase else { preconditionFailure("Map hubs before the server is started.") }
            precondition(!state.hubs.contains { $0.path == hub.path }, "There is a hub at '\(hub.path)' already.")
            state.hubs.append(hub)
        }
    }

    private func makeRouter(_ state: State) throws(HubServerError) -> HTTPRouter {
        var routes = statusRoutes()
        for (path, page) in state.pages {
            routes[path] = .page(page)
        }
        var allowed: [WebOrigin] = []
        for text in configuration.allowedOrigins {
            allowed.append(try Self.origin(text))
        }
        let origins = OriginPolicy(allowed: allowed)
        for hub in state.hubs {
            let route = HubRoute(
                path: hub.path,
                acceptor: hub.acceptor,
                origins: origins,
                limits: configuration.socket,
                negotiated: NegotiatedConnections(
                    lifetime: TimeAmount(configuration.negotiationTimeout),
                    capacity: configuration.maximumNegotiations
                ),
                sockets: sockets
            )
            routes[hub.path] = .hub(route)
            routes[hub.path == "/" ? "/negotiate" : hub.path + "/negotiate"] = .negotiate(route)
        }
        return HTTPRouter(routes)
    }

    private static func origin(_ text: String) throws(HubServerError) -> WebOrigin {
        guard let origin = WebOrigin(text) else {
            throw HubServerError(
                code: .invalidConfiguration,
                message:
                    "'\(text)' in allowedOrigins is no origin. Write https://host or https://host:port, without a path."
            )
        }
        return origin
    }

    private func statusRoutes() -> [String: HTTPRouter.Route] {
        let (bus, node, sockets) = (bus, node, sockets)
        let readinessNeedsBus = configuration.readinessNeedsBus
        let health = HTTPRouter.Route.status {
            HealthStatus(node: node, bus: await bus.health(), connections: sockets.value).response
        }
        return [
            "/health": health,
            "/health/live": .page { _ in .text("alive") },
            "/health/ready": readinessNeedsBus ? health : .page { _ in .text("ready") },
        ]
    }
}

// MARK: - Life

extension HubServer {
    /// Starts the hubs and listens; returns when connections are accepted.
    ///
    /// It does not wait for the bus: a node whose bus is down serves its own clients.
    ///
    /// - Throws: ``HubServerError`` if the server can't listen, `BusError` if the bus refuses the hubs' channels.
    public func start() async throws {
        let (hubs, router) = try state.withLock { state in
            guard case .new = state.phase else {
                throw HubServerError(
                    code: .alreadyStarted,
                    message: "This server was started before. Create a new one to start again."
                )
            }
            let router = try makeRouter(state)
            state.phase = .started(nil)
            return (state.hubs, router)
        }
        do {
            for hub in hubs {
                try hub.start()
            }
            try await listen(router)
        } catch {
            for hub in hubs {
                await hub.stop(.zero)
            }
            state.withLock { $0.phase = .stopped }
            throw error
        }
        logger.info(
            "The server listens.",
            metadata: ["address": "\(localAddress.map(String.init(describing:)) ?? "")"]
        )
    }

    private func listen(_ router: HTTPRouter) async throws(HubServerError) {
        let listener = try await Listener.bind(configuration, router: router)
        let isWanted = state.withLock { state in
            guard case .started = state.phase else { return false }
            state.phase = .started(listener)
            return true
        }
        guard isWanted else {
            await listener.stopAccepting()
            throw HubServerError(code: .cannotListen, message: "The server was stopped while it started.")
        }
    }

    /// Stops: takes no further connections, tells every client to reconnect elsewhere, sends what is on its way, closes.
    ///
    /// Takes at most the configured `shutdownTimeout`, a little longer at most under load. Idempotent: every caller
    /// returns when the server has stopped. The bus stays open; it may serve others.
    public func shutdown() async {
        let stopping = state.withLock { state -> Task<Void, Never>? in
            if let stopping = state.stopping { return stopping }
            guard case .started(let listener?) = state.phase else {
                state.phase = .stopped
                return nil
            }
            let hubs = state.hubs
            let stopping = Task { await self.stop(listener, hubs) }
            state.stopping = stopping
            return stopping
        }
        await stopping?.value
    }

    private func stop(_ listener: Listener, _ hubs: [MappedHub]) async {
        logger.info("The server stops.", metadata: ["connections": "\(connectionCount)"])
        await listener.stopAccepting()
        let limit = configuration.shutdownTimeout * 0.8
        await withTaskGroup(of: Void.self) { group in
            for hub in hubs {
                group.addTask { await hub.stop(limit) }
            }
        }
        await listener.cutOff()
        state.withLock { $0.phase = .stopped }
    }

    /// Cuts off every connection, so that ``shutdown()`` has nothing left to wait for.
    func cutOff() async {
        await listener?.cutOff()
    }
}
