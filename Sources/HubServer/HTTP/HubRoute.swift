import HubRuntime
import NIOCore
import NIOHTTP1

/// The two addresses of one hub: its path, and the path's `/negotiate`.
struct HubRoute: Sendable {
    let path: String
    let acceptor: any HubTransportAcceptor
    let origins: OriginPolicy
    let limits: HubSocketLimits
    let negotiated: NegotiatedConnections
    let sockets: SocketCount

    /// Answers a request to the hub's path.
    ///
    /// - Parameter exchange: The request.
    /// - Returns: What becomes of it.
    func connect(_ exchange: HTTPExchange) -> HTTPExchange.Decision {
        checkingOrigin(exchange, methods: "GET") {
            switch exchange.head.method {
            case .GET where WebSocketUpgrade.isRequested(by: exchange.head): openSocket(exchange)
            case .GET: .answer(refuseTransport(exchange))
            case .POST, .DELETE: .answer(refuseSending(exchange))
            default: .answer(Self.methodNotAllowed("GET"))
            }
        }
    }

    /// Answers a request to the path's `/negotiate`.
    ///
    /// - Parameter exchange: The request; a body, if there was one, is ignored.
    /// - Returns: What becomes of it.
    func negotiate(_ exchange: HTTPExchange) -> HTTPExchange.Decision {
        checkingOrigin(exchange, methods: "POST") {
            guard exchange.head.method == .POST else { return .answer(Self.methodNotAllowed("POST")) }
            switch NegotiateAnswer.Version(parameter: exchange.target["negotiateVersion"]) {
            case .refused(let message): return .answer(.json(NegotiateAnswer.failure(message)))
            case .supported(let version): return .answer(newConnection(version: version, now: exchange.now))
            }
        }
    }

    private func newConnection(version: Int32, now: NIODeadline) -> HubServerResponse {
        let id = ConnectionToken.random()
        let token = version > 0 ? ConnectionToken.random() : id
        guard negotiated.add(token: token, connectionID: id, now: now) else {
            return .text(
                "Too many connections have been negotiated and not opened yet. Try again in a few seconds.",
                status: 503
            ).adding("Retry-After", "5")
        }
        return .json(NegotiateAnswer.success(version: version, connectionID: id, token: token))
    }

    static func methodNotAllowed(_ allowed: String) -> HubServerResponse {
        HubServerResponse.text("This address takes \(allowed) requests only.", status: 405).adding("Allow", allowed)
    }
}

// MARK: - WebSockets

extension HubRoute {
    private func openSocket(_ exchange: HTTPExchange) -> HTTPExchange.Decision {
        if let refusal = WebSocketUpgrade.refusal(of: exchange.head) { return .answer(refusal) }
        guard let text = exchange.target["id"] else {
            return .upgrade(upgrade(exchange, connectionID: .random(), token: nil))
        }
        guard let token = ConnectionToken(text) else { return .answer(Self.unknownConnection) }
        switch negotiated.claim(token, now: exchange.now) {
        case .unknown: return .answer(Self.unknownConnection)
        case .inUse: return .answer(HubServerResponse(status: 409))
        case .claimed(let id): return .upgrade(upgrade(exchange, connectionID: id, token: token))
        }
    }

    private func upgrade(
        _ exchange: HTTPExchange,
        connectionID: ConnectionToken,
        token: ConnectionToken?
    ) -> WebSocketUpgrade {
        let query = exchange.target.query.lazy.filter { !ASCIICase.equal($0.name, "id") }
        let request = HubConnectionRequest(
            connectionID: connectionID.text,
            path: exchange.target.path,
            query: HubRequestFields(query),
            headers: exchange.headers(where: Self.matters),
            remoteAddress: exchange.remoteAddress
        )
        let ticket = SocketTicket(sockets: sockets, negotiated: negotiated, token: token)
        let opening = HubSocketHandler.Opening(acceptor: acceptor, request: request, ticket: ticket)
        return WebSocketUpgrade(head: exchange.head, opening: opening, limits: limits)
    }

    /// A connection keeps its header for life, so what only belongs to the opening handshake is left out.
    private static func matters(_ name: String) -> Bool {
        let lowercased = name.lowercased()
        return lowercased != "connection" && lowercased != "upgrade" && !lowercased.hasPrefix("sec-websocket-")
    }
}

// MARK: - Refusals, in the words of ASP.NET Core

extension HubRoute {
    private static let unknownConnection = HubServerResponse.text("No Connection with that ID", status: 404)

    private func refuseTransport(_ exchange: HTTPExchange) -> HubServerResponse {
        let accepted = exchange.head.headers[canonicalForm: "Accept"]
        if accepted.contains(where: { $0.lowercased().hasPrefix("text/event-stream") }) {
            return Self.unsupported("ServerSentEvents")
        }
        switch lookUp(exchange) {
        case .refused(let response): return response
        case .waiting: return Self.unsupported("LongPolling")
        case .inUse: return .text("Cannot change transports mid-connection", status: 400)
        }
    }

    private func refuseSending(_ exchange: HTTPExchange) -> HubServerResponse {
        if case .refused(let response) = lookUp(exchange) { return response }
        if exchange.head.method == .DELETE {
            return .text("Cannot terminate this connection using the DELETE endpoint.", status: 400)
        }
        return HubServerResponse.text("POST requests are not allowed for WebSocket connections.", status: 405)
            .adding("Allow", "GET")
    }

    private enum LookUp {
        case refused(HubServerResponse)
        case waiting
        case inUse
    }

    private func lookUp(_ exchange: HTTPExchange) -> LookUp {
        guard let text = exchange.target["id"] else {
            return .refused(.text("Connection ID required", status: 400))
        }
        guard let token = ConnectionToken(text) else { return .refused(Self.unknownConnection) }
        switch negotiated.look(up: token, now: exchange.now) {
        case .unknown: return .refused(Self.unknownConnection)
        case .inUse: return .inUse
        case .claimed: return .waiting
        }
    }

    private static func unsupported(_ transport: String) -> HubServerResponse {
        .text("\(transport) transport not supported by this end point type", status: 404)
    }
}

// MARK: - Origin and CORS

extension HubRoute {
    /// Refuses pages of other hosts, answers preflight requests, and adds CORS headers where they were asked for.
    private func checkingOrigin(
        _ exchange: HTTPExchange,
        methods: String,
        _ decide: () -> HTTPExchange.Decision
    ) -> HTTPExchange.Decision {
        switch origins.verdict(on: exchange.head.headers) {
        case .refused:
            return .answer(
                .text(
                    "Pages of this origin may not connect to this server. "
                        + "To let them, add the origin to 'allowedOrigins' in the server's configuration.",
                    status: 403
                )
            )
        case .sameHost:
            return decide()
        case .configured(let origin):
            if exchange.head.method == .OPTIONS {
                return .answer(Self.preflight(methods: methods).allowing(origin))
            }
            let decision = decide()
            guard case .answer(let response) = decision else { return decision }
            return .answer(response.allowing(origin))
        }
    }

    /// The header fields are those that SignalR's JavaScript client sends.
    private static func preflight(methods: String) -> HubServerResponse {
        HubServerResponse(
            status: 204,
            headers: [
                ("Access-Control-Allow-Methods", methods),
                (
                    "Access-Control-Allow-Headers",
                    "Authorization, Content-Type, X-Requested-With, X-SignalR-User-Agent"
                ),
                ("Access-Control-Max-Age", "600"),
            ]
        )
    }
}

extension HubServerResponse {
    fileprivate func allowing(_ origin: String) -> Self {
        adding("Access-Control-Allow-Origin", origin)
            .adding("Access-Control-Allow-Credentials", "true")
            .adding("Vary", "Origin")
    }
}
