import NIOCore

/// What a server says it is, in its reply to `ROLE`.
enum RedisServerRole: Equatable {
    /// It takes writes; the number of replicas that follow it.
    case primary(replicas: Int)
    case replica(of: RedisEndpoint)
    /// It is a sentinel, and carries no messages.
    case sentinel

    /// Reads the reply to `ROLE`; nil if it is none.
    init?(_ reply: RedisReply) {
        guard case .array(let parts) = reply, let name = parts.first?.text else { return nil }
        switch name {
        case "master":
            guard parts.count >= 3, case .array(let replicas) = parts[2] else { return nil }
            self = .primary(replicas: replicas.count)
        case "slave":
            guard
                parts.count >= 3, let host = parts[1].text,
                case .integer(let port) = parts[2], 0 <= port, port < 65_536
            else { return nil }
            self = .replica(of: .tcp(host: host, port: Int(port)))
        case "sentinel":
            self = .sentinel
        default:
            return nil
        }
    }
}
