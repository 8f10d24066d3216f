extension RedisBusConfiguration {
    /// Sets an option that stands in a connection string or a URL's query.
    ///
    /// - Parameters:
    ///   - name: The name as it was written.
    ///   - value: The value, decoded.
    ///   - mayBeSecret: Whether the name may be a part of a password, and must not be quoted.
    /// - Throws: ``RedisConfigurationError`` that names the option, never the value.
    mutating func set(_ name: String, to value: String, mayBeSecret: Bool = false) throws(RedisConfigurationError) {
        guard let option = RedisOption(name: name) else {
            if RedisOption.isMeaningless(name) {
                self.warnings.append("\(name) has no effect here: it tunes another client library.")
                return
            }
            throw Self.unknown(name, mayBeSecret: mayBeSecret)
        }
        try self.set(option, to: value)
    }

    private mutating func set(_ option: RedisOption, to value: String) throws(RedisConfigurationError) {
        switch option {
        case .password: self.password = value.isEmpty ? nil : value
        case .user: self.username = value.isEmpty ? nil : value
        case .channelPrefix: self.channelPrefix = value
        case .name: self.clientName = value
        case .abortConnect: self.abortConnect = try Self.boolean(option, value)
        case .connectRetry: self.connectRetry = try Self.number(option, value, in: 1...1_000)
        case .connectTimeout: self.connectTimeout = try Self.milliseconds(option, value)
        case .asyncTimeout, .syncTimeout: try self.setTimeout(option, value)
        case .keepAlive: self.keepAlive = .seconds(try Self.number(option, value, in: 1...86_400))
        case .defaultDatabase: try self.setDatabase(value)
        case .ssl: try Self.refuse(option, if: try Self.boolean(option, value), Self.tlsRefusal)
        case .serviceName: try Self.refuse(option, if: true, Self.sentinelRefusal)
        case .proxy:
            try Self.refuse(option, if: value.lowercased() != "none", "A proxy is not supported in this version.")
        case .protocol: try self.setProtocol(value)
        }
    }

    static let tlsRefusal =
        "TLS is not supported in this version. Remove ssl=true or use redis://, over a network you trust or a TLS tunnel."
    static let sentinelRefusal =
        "Redis Sentinel is not supported in this version. Name the primary's own address instead."
    static let clusterRefusal =
        "Several servers (Redis Cluster) are not supported in this version. Name one server. "
        + "If a password contains a comma, set it in code."

    /// The asynchronous timeout is the one that matters here; the synchronous one stands in for it, as in .NET.
    private mutating func setTimeout(_ option: RedisOption, _ value: String) throws(RedisConfigurationError) {
        let timeout = try Self.milliseconds(option, value)
        if option == .asyncTimeout {
            self.commandTimeout = timeout
            self.hasAsyncTimeout = true
        } else if !self.hasAsyncTimeout {
            self.commandTimeout = timeout
        }
    }

    private mutating func setDatabase(_ value: String) throws(RedisConfigurationError) {
        self.defaultDatabase = try Self.number(.defaultDatabase, value, in: 0...Int(Int32.max))
        self.warnings.append(
            "defaultDatabase has no effect: Redis' channels belong to no database. channelPrefix separates applications."
        )
    }

    private mutating func setProtocol(_ value: String) throws(RedisConfigurationError) {
        switch value.lowercased() {
        case "resp2", "2": return
        case "resp3", "3": self.warnings.append("protocol has no effect: RESP2 is spoken with every server.")
        default: throw Self.invalid(.protocol, "resp2 or resp3")
        }
    }

    private static func refuse(
        _ option: RedisOption,
        if condition: Bool,
        _ message: String
    ) throws(RedisConfigurationError) {
        guard !condition else {
            throw RedisConfigurationError(.notSupported, option: option.rawValue, message)
        }
    }

    private static func boolean(_ option: RedisOption, _ value: String) throws(RedisConfigurationError) -> Bool {
        switch value.lowercased() {
        case "true", "yes", "1", "on": return true
        case "false", "no", "0", "off": return false
        default: throw Self.invalid(option, "true or false")
        }
    }

    private static func number(
        _ option: RedisOption,
        _ value: String,
        in range: ClosedRange<Int>
    ) throws(RedisConfigurationError) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw Self.invalid(option, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func milliseconds(
        _ option: RedisOption,
        _ value: String
    ) throws(RedisConfigurationError) -> Duration {
        .milliseconds(try Self.number(option, value, in: 1...3_600_000))
    }

    private static func invalid(_ option: RedisOption, _ wanted: String) -> RedisConfigurationError {
        RedisConfigurationError(
            .invalidValue,
            option: option.rawValue,
            "The value of \(option.rawValue) is not \(wanted)."
        )
    }

    private static func unknown(_ name: String, mayBeSecret: Bool) -> RedisConfigurationError {
        let known = "Known options: \(RedisOption.known)."
        if let meant = RedisOption.suggestion(for: name) {
            let message = "There is no option \"\(name)\". Did you mean \(meant.rawValue)? \(known)"
            return RedisConfigurationError(.unknownOption, option: name, message)
        }
        guard !mayBeSecret else {
            let message =
                "What follows the password is no known option. If the password contains a comma, set it in code. \(known)"
            return RedisConfigurationError(.unknownOption, message)
        }
        return RedisConfigurationError(.unknownOption, option: name, "There is no option \"\(name)\". \(known)")
    }
}
