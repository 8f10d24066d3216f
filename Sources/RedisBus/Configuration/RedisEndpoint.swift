import NIOCore

/// Where a Redis server listens.
public enum RedisEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// A host name or address, which is resolved anew at each attempt to connect, and a TCP port.
    case tcp(host: String, port: Int)

    /// The path of a Unix domain socket.
    case unixSocket(path: String)

    /// The port of Redis, 6379.
    public static let defaultPort = 6379

    /// The port of Redis Sentinel, 26379.
    public static let defaultSentinelPort = 26379

    /// The endpoint as it is written in a connection string.
    public var description: String {
        switch self {
        case .tcp(let host, let port): return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path): return "unix:\(path)"
        }
    }
}

extension RedisEndpoint {
    /// Whether a host is an IP address, perhaps with a zone, and not a name.
    static func isAddress(_ host: String) -> Bool {
        (try? SocketAddress(ipAddress: String(host.prefix { $0 != "%" }), port: 0)) != nil
    }

    /// Whether this can be the name or address of a host; whether it exists is another matter.
    static func isHost(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.count <= 255
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value != 0x7F && !"/@,=?#[]".unicodeScalars.contains($0)
            }
    }
}
