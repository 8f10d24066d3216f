/// Whether a bus carries messages.
public enum BusState: Sendable, Hashable {
    /// A part of a bus that can fail alone.
    public enum Part: Sendable, Hashable {
        /// Publishes are not accepted; messages still arrive.
        case publishing
        /// Messages do not arrive, or not on all channels; publishes are accepted.
        case subscribing
    }

    /// The first attempt to reach the backend is under way.
    case connecting
    /// Publishes are accepted and every subscription is confirmed.
    case connected
    /// Half of the bus works.
    case degraded(Part)
    /// The backend is out of reach; `attempt` counts the attempts of this outage.
    case reconnecting(attempt: Int)
    /// The bus has been closed, for good.
    case closed
}

extension BusState: CustomStringConvertible {
    /// The state in a word or two, as `/health` and logs show it.
    public var description: String {
        switch self {
        case .connecting: "connecting"
        case .connected: "connected"
        case .degraded(.publishing): "degraded (publishing is down)"
        case .degraded(.subscribing): "degraded (subscribing is down)"
        case .reconnecting(let attempt): "reconnecting (attempt \(attempt))"
        case .closed: "closed"
        }
    }
}
