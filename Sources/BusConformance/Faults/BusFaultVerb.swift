/// A kind of fault that an injector can cause.
public enum BusFaultVerb: Sendable, Hashable {
    /// Closes the connections of every bus, once; new ones succeed.
    case kill(BusFaultPart)
    /// Closes the connections of every bus, and lets no new ones succeed until healed.
    case cut(BusFaultPart)
    /// As ``cut(_:)``, for one bus alone.
    case cutNode(BusFaultPart)
    /// The backend accepts bytes and answers nothing until healed.
    case pause
    /// The backend goes down and comes back without its state.
    case restart
    /// The backend refuses subscriptions and publishes of one channel.
    case denyChannel
    /// What the buses send and what is sent to them vanishes until healed; connections stay open, new ones stay silent.
    case blackhole(BusFaultPart)
    /// The way to the backend takes longer and carries small pieces, until healed.
    case slow
    /// The server that was asked goes away, and another one takes its place.
    case failover
    /// The present connections carry no messages although they answer; new ones work.
    case starve
    /// The process of the buses is stopped for a while, and goes on.
    case stallNode
}

extension BusFaultVerb: CustomStringConvertible {
    /// The verb as reports name it, for example `cut(subscribing)`.
    public var description: String {
        switch self {
        case .kill(let part): "kill(\(part.rawValue))"
        case .cut(let part): "cut(\(part.rawValue))"
        case .cutNode(let part): "cutNode(\(part.rawValue))"
        case .pause: "pause"
        case .restart: "restart"
        case .denyChannel: "denyChannel"
        case .blackhole(let part): "blackhole(\(part.rawValue))"
        case .slow: "slow"
        case .failover: "failover"
        case .starve: "starve"
        case .stallNode: "stallNode"
        }
    }
}
