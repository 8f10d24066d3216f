/// Reads the connection strings of StackExchange.Redis: endpoints and `option=value`, separated by commas.
enum RedisConnectionStringParser {
    static func parse(_ string: String, into configuration: inout RedisBusConfiguration) throws(RedisConfigurationError)
    {
        let parts = string.split(separator: ",").map(Self.trimmed).filter { !$0.isEmpty }
        guard !parts.isEmpty else {
            let message = "The connection string is empty. Write at least the server's address, such as localhost:6379."
            throw RedisConfigurationError(.malformed, message)
        }
        var hasEndpoint = false
        var followsPassword = false
        for part in parts {
            if let equals = part.firstIndex(of: "=") {
                let name = Self.trimmed(part[..<equals])
                let value = Self.trimmed(part[part.index(after: equals)...])
                try configuration.set(name, to: value, mayBeSecret: followsPassword)
                followsPassword = RedisOption(name: name) == .password
            } else {
                guard !hasEndpoint, !followsPassword else {
                    throw RedisConfigurationError(.notSupported, RedisBusConfiguration.clusterRefusal)
                }
                configuration.endpoints = [try Self.endpoint(part)]
                hasEndpoint = true
            }
        }
    }

    /// Reads `host`, `host:port`, `[IPv6]:port`, `unix:/path` or, as StackExchange.Redis writes it, `!/path`.
    static func endpoint(_ text: String) throws(RedisConfigurationError) -> RedisEndpoint {
        for mark in ["unix:", "!"] where text.hasPrefix(mark) {
            return .unixSocket(path: String(text.dropFirst(mark.count)))
        }
        return try Self.hostAndPort(text)
    }

    /// Reads `host`, `host:port`, `[IPv6]` or `[IPv6]:port`.
    static func hostAndPort(_ text: String) throws(RedisConfigurationError) -> RedisEndpoint {
        var host = text[...]
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw Self.malformedAddress }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw Self.malformedAddress }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.firstIndex(of: ":"), text[text.index(after: colon)...].firstIndex(of: ":") == nil {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard !host.isEmpty, !host.contains(where: { $0.isWhitespace || $0 == "/" || $0 == "@" }) else {
            throw Self.malformedAddress
        }
        guard let port else { return .tcp(host: String(host), port: RedisEndpoint.defaultPort) }
        guard let number = UInt16(port), number > 0 else { throw Self.malformedAddress }
        return .tcp(host: String(host), port: Int(number))
    }

    private static var malformedAddress: RedisConfigurationError {
        RedisConfigurationError(
            .malformed,
            "The server's address is not host, host:port or [IPv6]:port with a port between 1 and 65535. "
                + "In a URL, percent-encode the reserved characters of the user name and password."
        )
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
