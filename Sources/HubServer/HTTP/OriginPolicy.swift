import HubRuntime
import NIOHTTP1

/// Which web pages may talk to the hubs.
///
/// Browsers let any page open a WebSocket to any server and send the user's cookies with it, so the server has to look
/// at `Origin` (RFC 6455 section 10.2). Programs that aren't browsers send none.
struct OriginPolicy: Sendable {
    /// What a request may do.
    enum Verdict: Equatable, Sendable {
        /// No page is behind it, or one that this server served.
        case sameHost
        /// A page of another host that the configuration names; it needs CORS headers to read an answer.
        case configured(String)
        /// A page that has no business here.
        case refused
    }

    private let allowed: Set<WebOrigin>

    /// - Parameter allowed: Pages of other hosts that may connect.
    init(allowed: some Sequence<WebOrigin> = []) {
        self.allowed = Set(allowed)
    }

    /// Whether any other host may connect, so that preflight requests are worth an answer.
    var isCrossOrigin: Bool {
        !allowed.isEmpty
    }

    /// Judges a request.
    ///
    /// - Parameter headers: The header of the request.
    /// - Returns: What it may do.
    func verdict(on headers: HTTPHeaders) -> Verdict {
        let origins = headers["Origin"]
        guard let text = origins.first else { return .sameHost }
        guard origins.count == 1, let origin = WebOrigin(text) else { return .refused }
        let hosts = headers["Host"]
        if hosts.count == 1, origin.matches(host: hosts[0]) { return .sameHost }
        return allowed.contains(origin) ? .configured(text) : .refused
    }
}
