/// Reads `redis://` and `redis+unix://` URLs.
///
/// Source: the provisional `redis` URI scheme registered with IANA; options stand in the query.
enum RedisURLParser {
    static func parse(_ url: String, into configuration: inout RedisBusConfiguration) throws(RedisConfigurationError) {
        guard let (scheme, rest) = Self.split(url[...], at: "://") else {
            throw RedisConfigurationError(.malformed, "The URL has no scheme. Write redis://host:6379.")
        }
        let isSocket = try Self.isSocket(scheme.lowercased())
        let (location, query) = Self.split(rest, at: "?") ?? (rest, "")
        guard !location.contains("#"), !query.contains("@"), !query.contains("#") else { throw Self.reserved }
        let slash = location.firstIndex(of: "/") ?? location.endIndex
        let authority = location[..<slash]
        let path = location[slash...]
        guard !path.contains("@") else { throw Self.reserved }
        let address = try Self.readUser(authority, into: &configuration)
        if isSocket {
            configuration.endpoints = [try Self.socket(address, path)]
        } else {
            configuration.endpoints = [try Self.server(address)]
            try Self.readDatabase(path, into: &configuration)
        }
        try Self.readQuery(query, into: &configuration)
    }

    private static func isSocket(_ scheme: String) throws(RedisConfigurationError) -> Bool {
        switch scheme {
        case "redis", "valkey": return false
        case "redis+unix", "unix", "redis+socket": return true
        case "rediss", "valkeys": throw RedisConfigurationError(.notSupported, RedisBusConfiguration.tlsRefusal)
        case "redis+sentinel", "rediss+sentinel", "redis-sentinel":
            throw RedisConfigurationError(.notSupported, RedisBusConfiguration.sentinelRefusal)
        case "redis+cluster", "rediss+cluster", "redis-cluster":
            throw RedisConfigurationError(.notSupported, RedisBusConfiguration.clusterRefusal)
        default:
            let message = "The URL's scheme is not redis, redis+unix or unix. Write redis://host:6379."
            throw RedisConfigurationError(.malformed, message)
        }
    }

    /// Reads `user:password@` and returns what follows it.
    private static func readUser(
        _ authority: Substring,
        into configuration: inout RedisBusConfiguration
    ) throws(RedisConfigurationError) -> Substring {
        guard let at = authority.lastIndex(of: "@") else { return authority }
        let (user, password) = Self.split(authority[..<at], at: ":") ?? (authority[..<at], "")
        guard !user.contains("@"), !password.contains("@") else { throw Self.reserved }
        try configuration.set("user", to: Self.decoded(user))
        try configuration.set("password", to: Self.decoded(password))
        return authority[authority.index(after: at)...]
    }

    private static func server(_ address: Substring) throws(RedisConfigurationError) -> RedisEndpoint {
        guard !address.contains(",") else {
            throw RedisConfigurationError(.notSupported, RedisBusConfiguration.clusterRefusal)
        }
        guard !address.isEmpty else { return .tcp(host: "localhost", port: RedisEndpoint.defaultPort) }
        return try RedisConnectionStringParser.hostAndPort(Self.decoded(address))
    }

    private static func socket(
        _ address: Substring,
        _ path: Substring
    ) throws(RedisConfigurationError) -> RedisEndpoint {
        guard address.isEmpty, path.count > 1 else {
            let message = "A socket's URL has no host and an absolute path: redis+unix:///path/to/redis.sock."
            throw RedisConfigurationError(.malformed, message)
        }
        return .unixSocket(path: try Self.decoded(path))
    }

    private static func readDatabase(
        _ path: Substring,
        into configuration: inout RedisBusConfiguration
    ) throws(RedisConfigurationError) {
        let database = path.dropFirst()
        if !database.isEmpty {
            try configuration.set("defaultDatabase", to: Self.decoded(database))
        }
    }

    private static func readQuery(
        _ query: Substring,
        into configuration: inout RedisBusConfiguration
    ) throws(RedisConfigurationError) {
        for item in query.split(separator: "&") {
            guard let (name, value) = Self.split(item, at: "=") else {
                throw RedisConfigurationError(.malformed, "A part of the URL's query is not option=value.")
            }
            try configuration.set(Self.decoded(name), to: Self.decoded(value))
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
