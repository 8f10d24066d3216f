/// What a connection string or a URL has said so far.
///
/// Options may stand in any order and depend on each other; ``finished()`` makes a configuration of them.
struct RedisConfigurationDraft {
    var addresses: [RedisAddress] = []
    /// The options that have a property of their own in the configuration.
    var configuration = RedisBusConfiguration()
    var ssl: Bool?
    var sslHost: String?
    var minimumVersion: RedisTLSConfiguration.Version?
    var caFile: String?
    var certFile: String?
    var keyFile: String?
    var serviceName: String?
    var cluster: RedisClusterMode?
    var sharded: Bool?
    var sentinelUser: String?
    var sentinelPassword: String?
    /// The asynchronous timeout wins over the synchronous one, in any order.
    var hasAsyncTimeout = false
    /// The port of a server that speaks TLS.
    ///
    /// StackExchange.Redis means 6380; whoever reads `rediss://` means 6379.
    var defaultTLSPort = RedisEndpoint.defaultPort

    /// Sets an option.
    ///
    /// - Parameters:
    ///   - name: The name as it was written.
    ///   - value: The value, decoded.
    ///   - mayBeSecret: Whether the name may be a part of a password, and must not be quoted.
    /// - Throws: ``RedisConfigurationError`` that names the option, never the value.
    mutating func set(_ name: String, to value: String, mayBeSecret: Bool = false) throws(RedisConfigurationError) {
        if let option = RedisOption(name: name) {
            try self.set(option, to: value)
        } else if RedisOption.isMeaningless(name) {
            self.configuration.warnings.append("\(name) has no effect here: it tunes another client library.")
        } else {
            throw Self.unknown(name, mayBeSecret: mayBeSecret)
        }
    }

    private static func unknown(_ name: String, mayBeSecret: Bool) -> RedisConfigurationError {
        let known = "Known options: \(RedisOption.known)."
        // Every option's name consists of letters; anything else may be a piece of a password that went astray.
        let isQuotable = !mayBeSecret && name.utf8.count <= 40 && name.utf8.allSatisfy { isLetter($0) }
        let meant = RedisOption.suggestion(for: name).map { "Did you mean \($0.rawValue)? " } ?? ""
        if isQuotable {
            return RedisConfigurationError(
                .unknownOption,
                option: name,
                "There is no option \"\(name)\". \(meant)\(known)"
            )
        }
        if name.hasPrefix("$"), !mayBeSecret {
            return RedisConfigurationError(
                .notSupported,
                "Commands cannot be renamed or switched off ($COMMAND=…): the bus needs those it uses by their own names."
            )
        }
        let hint =
            mayBeSecret
            ? "What follows the password is no known option. If the password contains a comma, set it in code. "
            : "There is an option whose name is unknown. "
        return RedisConfigurationError(.unknownOption, "\(hint)\(meant)\(known)")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
