/// Reads `redis://` URLs, and those for TLS, Unix sockets, Sentinel and Cluster.
///
/// Source: the provisional `redis` URI scheme registered with IANA; options stand in the query. The other schemes are those
/// that clients for Redis have in common.
struct RedisURLParser {
    private var draft = RedisConfigurationDraft()

    static func parse(_ url: String) throws(RedisConfigurationError) -> RedisConfigurationDraft {
        var parser = RedisURLParser()
        try parser.read(url)
        return parser.draft
    }

    private mutating func read(_ url: String) throws(RedisConfigurationError) {
        guard let (name, rest) = Self.split(url[...], at: "://") else {
            throw RedisConfigurationError(.malformed, "The URL has no scheme. Write redis://host:6379.")
        }
        let scheme = try RedisURLScheme(name)
        let (location, query) = Self.split(rest, at: "?") ?? (rest, "")
        guard !location.contains("#"), !query.contains("@"), !query.contains("#") else { throw Self.reserved }
        let slash = location.firstIndex(of: "/") ?? location.endIndex
        let path = location[slash...]
        guard !path.contains("@") else { throw Self.reserved }
        let address = try self.readUser(location[..<slash])
        if scheme.kind == .unixSocket {
            self.draft.addresses = [try Self.socket(address, path)]
        } else {
            try self.readServers(address)
            try self.readPath(path, scheme.kind)
        }
        try self.readQuery(query)
        try self.apply(scheme)
    }

    /// Reads `user:password@` and returns what follows it.
    private mutating func readUser(_ authority: Substring) throws(RedisConfigurationError) -> Substring {
        guard let at = authority.lastIndex(of: "@") else { return authority }
        let (user, password) = Self.split(authority[..<at], at: ":") ?? (authority[..<at], "")
        guard !user.contains("@"), !password.contains("@") else { throw Self.reserved }
        try self.draft.set(.user, to: Self.decoded(user))
        try self.draft.set(.password, to: Self.decoded(password))
        return authority[authority.index(after: at)...]
    }

    private mutating func readServers(_ addresses: Substring) throws(RedisConfigurationError) {
        guard !addresses.isEmpty else { return }
        for address in addresses.split(separator: ",", omittingEmptySubsequences: false) {
            self.draft.addresses.append(try RedisAddress(hostAndPort: Self.decoded(address)))
        }
    }

    private static func socket(_ address: Substring, _ path: Substring) throws(RedisConfigurationError) -> RedisAddress
    {
        guard address.isEmpty, path.count > 1 else {
            let message = "A socket's URL has no host and an absolute path: redis+unix:///path/to/redis.sock."
            throw RedisConfigurationError(.malformed, message)
        }
        return .unixSocket(path: try Self.decoded(path))
    }

    /// Reads `/service/database` or `/database`.
    private mutating func readPath(
        _ path: Substring,
        _ kind: RedisURLScheme.Kind
    ) throws(RedisConfigurationError) {
        var parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        if parts.last == "" { parts.removeLast() }
        if kind == .sentinel, !parts.isEmpty {
            try self.draft.set(.serviceName, to: Self.decoded(parts.removeFirst()))
        }
        guard parts.count <= 1 else {
            throw RedisConfigurationError(
                .malformed,
                "The URL's path is longer than a database (or, for Sentinel, a service and a database)."
            )
        }
        if let database = parts.first {
            try self.draft.set(.defaultDatabase, to: Self.decoded(database))
        }
    }

    private mutating func readQuery(_ query: Substring) throws(RedisConfigurationError) {
        for item in query.split(separator: "&") {
            guard let (name, value) = Self.split(item, at: "=") else {
                throw RedisConfigurationError(.malformed, "A part of the URL's query is not option=value.")
            }
            try self.draft.set(Self.decoded(name), to: Self.decoded(value))
        }
    }

    /// Completes what the query left open, and refuses where it says the opposite.
    private mutating func apply(_ scheme: RedisURLScheme) throws(RedisConfigurationError) {
        if scheme.isEncrypted {
            guard self.draft.ssl != false else {
                throw RedisConfigurationError(
                    .contradiction,
                    .ssl,
                    "The URL's scheme means TLS, and ssl=false forbids it."
                )
            }
            self.draft.ssl = true
        }
        if scheme.kind == .cluster, self.draft.cluster == nil {
            self.draft.cluster = self.draft.sharded == true ? .sharded : .classic
        }
        if scheme.kind == .sentinel, self.draft.serviceName == nil {
            throw RedisConfigurationError(
                .malformed,
                "The URL does not say which service of the sentinels: redis+sentinel://host:26379/mymaster."
            )
        }
    }

    private static func decoded(_ text: Substring) throws(RedisConfigurationError) -> String {
        guard let decoded = PercentDecoding.decode(text) else {
            throw RedisConfigurationError(
                .malformed,
                "A percent sign in the URL is not followed by two hex digits of UTF-8."
            )
        }
        return decoded
    }

    private static var reserved: RedisConfigurationError {
        RedisConfigurationError(
            .malformed,
            "The URL has a reserved character where none belongs. Percent-encode the user name and password: "
                + "@ is %40, / is %2F, ? is %3F, # is %23, : is %3A."
        )
    }

    private static func split(_ text: Substring, at separator: String) -> (Substring, Substring)? {
        guard let range = text.firstRange(of: separator) else { return nil }
        return (text[..<range.lowerBound], text[range.upperBound...])
    }
}
