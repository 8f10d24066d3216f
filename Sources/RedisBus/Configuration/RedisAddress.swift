/// A server as it is written, perhaps without a port: which one that means depends on the other options.
enum RedisAddress: Hashable {
    case tcp(host: String, port: Int?)
    case unixSocket(path: String)

    /// Reads `host`, `host:port`, `[IPv6]:port`, `unix:/path` or, as StackExchange.Redis writes it, `!/path`.
    init(connectionString text: String) throws(RedisConfigurationError) {
        for mark in ["unix:", "!"] where text.hasPrefix(mark) {
            self = .unixSocket(path: String(text.dropFirst(mark.count)))
            return
        }
        try self.init(hostAndPort: text)
    }

    /// Reads `host`, `host:port`, `[IPv6]` or `[IPv6]:port`.
    init(hostAndPort text: String) throws(RedisConfigurationError) {
        var host = text[...]
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw Self.malformed }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw Self.malformed }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.firstIndex(of: ":"), text[text.index(after: colon)...].firstIndex(of: ":") == nil {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard RedisEndpoint.isHost(host) else { throw Self.malformed }
        guard let port else {
            self = .tcp(host: String(host), port: nil)
            return
        }
        guard let number = UInt16(port), number > 0 else { throw Self.malformed }
        self = .tcp(host: String(host), port: Int(number))
    }

    /// The endpoint, with this port if it names none.
    func endpoint(defaultPort: Int) -> RedisEndpoint {
        switch self {
        case .tcp(let host, let port): .tcp(host: host, port: port ?? defaultPort)
        case .unixSocket(let path): .unixSocket(path: path)
        }
    }

    private static var malformed: RedisConfigurationError {
        RedisConfigurationError(
            .malformed,
            "The server's address is not host, host:port or [IPv6]:port with a port between 1 and 65535. "
                + "In a URL, percent-encode the reserved characters of the user name and password."
        )
    }
}
