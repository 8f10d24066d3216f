/// Where a Redis server listens.
public enum RedisEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// A host name or address, which is resolved anew at each attempt to connect, and a TCP port.
    case tcp(host: String, port: Int)

    /// The path of a Unix domain socket.
    case unixSocket(path: String)

    /// The port of Redis, 6379.
    public static let defaultPort = 6379

    /// The endpoint as it is written in a connection string.
    public var description: String {
        switch self {
        case .tcp(let host, let port): return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unixSocket(let path): return "unix:\(path)"
        }
    }
}
