/// Reads the connection strings of StackExchange.Redis: endpoints and `option=value`, separated by commas.
enum RedisConnectionStringParser {
    static func parse(_ string: String) throws(RedisConfigurationError) -> RedisConfigurationDraft {
        let parts = string.split(separator: ",").map(Self.trimmed).filter { !$0.isEmpty }
        guard !parts.isEmpty else {
            let message = "The connection string is empty. Write at least the server's address, such as localhost:6379."
            throw RedisConfigurationError(.malformed, message)
        }
        var draft = RedisConfigurationDraft()
        draft.defaultTLSPort = 6380
        var followsPassword = false
        for part in parts {
            if let equals = part.firstIndex(of: "="), !Self.isSocket(part) {
                let name = Self.trimmed(part[..<equals])
                let value = Self.trimmed(part[part.index(after: equals)...])
                try draft.set(name, to: value, mayBeSecret: followsPassword)
                followsPassword = RedisOption(name: name)?.isSecret == true
            } else {
                guard !followsPassword else {
                    let message =
                        "What follows the password is no option. Write the servers before the options; if the password contains "
                        + "a comma, set it in code."
                    throw RedisConfigurationError(.malformed, message)
                }
                draft.addresses.append(try RedisAddress(connectionString: part))
            }
        }
        return draft
    }

    /// Whether the part is the path of a socket, which may contain an equals sign.
    private static func isSocket(_ part: String) -> Bool {
        part.hasPrefix("unix:/") || part.hasPrefix("!/")
    }

    /// The text without white space at either end.
    static func trimmed(_ text: some StringProtocol) -> String {
        var text = Substring(text)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
