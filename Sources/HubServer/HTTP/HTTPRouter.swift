import HubRuntime
import NIOHTTP1

/// Finds what answers a path.
///
/// Built once when the server starts, shared by all its connections.
struct HTTPRouter: Sendable {
    /// What stands behind a path.
    enum Route: Sendable {
        case hub(HubRoute)
        case negotiate(HubRoute)
        case page(@Sendable (HubServerRequest) -> HubServerResponse)
        case status(@Sendable () async -> HubServerResponse)
    }

    private let routes: [String: Route]

    /// - Parameter routes: By percent-decoded path.
    init(_ routes: [String: Route]) {
        self.routes = routes
    }

    /// Decides what becomes of a request.
    ///
    /// - Parameter exchange: The request.
    /// - Returns: The decision.
    func decide(_ exchange: HTTPExchange) -> HTTPExchange.Decision {
        switch routes[exchange.target.path] {
        case .hub(let hub): hub.connect(exchange)
        case .negotiate(let hub): hub.negotiate(exchange)
        case .page(let page): exchange.isGet ? .answer(page(exchange.request)) : .answer(Self.onlyGet)
        case .status(let status): exchange.isGet ? .later(status) : .answer(Self.onlyGet)
        case nil: .answer(.text("There is nothing at this address. Check the path the hub is mapped at.", status: 404))
        }
    }

    private static var onlyGet: HubServerResponse {
        HubRoute.methodNotAllowed("GET, HEAD")
    }
}

extension HTTPExchange {
    fileprivate var request: HubServerRequest {
        HubServerRequest(
            path: target.path,
            query: HubRequestFields(target.query),
            headers: headers(),
            remoteAddress: remoteAddress
        )
    }
}
