/// What the scheme of a URL says about the servers.
struct RedisURLScheme {
    enum Kind {
        case server, unixSocket, sentinel, cluster
    }

    let kind: Kind
    let isEncrypted: Bool

    /// Reads a scheme: `redis` or `valkey`, an `s` for TLS, and `+sentinel`, `+cluster` or `+unix`.
    init(_ scheme: some StringProtocol) throws(RedisConfigurationError) {
        let parts = scheme.lowercased().split(maxSplits: 1) { $0 == "+" || $0 == "-" }
        switch (parts.first ?? "", parts.dropFirst().first) {
        case ("redis", let kind), ("valkey", let kind): try self.init(kind, isEncrypted: false)
        case ("rediss", let kind), ("valkeys", let kind): try self.init(kind, isEncrypted: true)
        case ("unix", nil): try self.init("unix", isEncrypted: false)
        default: throw Self.unknown
        }
    }

    private init(_ kind: Substring?, isEncrypted: Bool) throws(RedisConfigurationError) {
        self.isEncrypted = isEncrypted
        switch kind {
        case nil: self.kind = .server
        case "sentinel": self.kind = .sentinel
        case "cluster": self.kind = .cluster
        case "unix" where !isEncrypted, "socket" where !isEncrypted: self.kind = .unixSocket
        default: throw Self.unknown
        }
    }

    private static var unknown: RedisConfigurationError {
        RedisConfigurationError(
            .malformed,
            "The URL's scheme is unknown. Write redis://host:6379, rediss:// for TLS, redis+unix:///path, "
                + "redis+sentinel://host:26379/service or redis+cluster://host:6379."
        )
    }
}
