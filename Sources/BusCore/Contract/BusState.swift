/// Whether a bus carries messages.
public enum BusState: Sendable, Hashable {
    /// A part of a bus that can fail alone.
    public enum Part: Sendable, Hashable {
        /// Publishes are not accepted, or not on all channels; messages still arrive.
        case publishing
        /// Messages do not arrive, or not on all channels; publishes are accepted.
        case subscribing
        /// A shard of the backend is out of reach: its channels carry nothing, the others work.
        case shard
        /// Another node of the application has fallen silent without saying goodbye, though the backend can be reached: it has
        /// died, or messages between that node and this one are lost.
        case peer
    }

    /// Why a bus is not connected.
    public enum Reason: Sendable, Hashable {
        /// The backend cannot be reached, or does not answer.
        case unreachable
        /// The backend can be reached and refuses the user or the password.
        case unauthorized
    }

    /// The first attempt to reach the backend is under way.
    case connecting
    /// Publishes are accepted and every subscription is confirmed.
    case connected
    /// A part of the bus works.
    case degraded(Part)
    /// The backend does not serve this node; `attempt` counts the attempts of this outage.
    case reconnecting(attempt: Int, reason: Reason)
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
        case .degraded(.shard): "degraded (a shard is down)"
        case .degraded(.peer): "degraded (another node is silent)"
        case .reconnecting(let attempt, .unreachable): "reconnecting (attempt \(attempt))"
        case .reconnecting(let attempt, .unauthorized): "reconnecting (attempt \(attempt), access denied)"
        case .closed: "closed"
        }
    }
}
