extension RedisConfigurationDraft {
    /// Sets an option; see ``set(_:to:mayBeSecret:)``.
    mutating func set(_ option: RedisOption, to value: String) throws(RedisConfigurationError) {
        switch option {
        case .password: self.configuration.password = value.isEmpty ? nil : value
        case .user: self.configuration.username = value.isEmpty ? nil : value
        case .channelPrefix: self.configuration.channelPrefix = value
        case .name: self.configuration.clientName = value
        case .nodeName: self.configuration.nodeName = value.isEmpty ? nil : value
        case .abortConnect: self.configuration.abortConnect = try RedisOptionValue.boolean(option, value)
        case .connectRetry: self.configuration.connectRetry = try RedisOptionValue.number(option, value)
        case .connectTimeout: self.configuration.connectTimeout = try RedisOptionValue.milliseconds(option, value)
        case .asyncTimeout, .syncTimeout: try self.setTimeout(option, value)
        case .keepAlive: self.configuration.keepAlive = try RedisOptionValue.seconds(option, value)
        case .defaultDatabase: try self.setDatabase(value)
        case .protocol: try self.setProtocol(value)
        case .proxy: try Self.refuseProxy(value)
        case .tunnel: try Self.refuseTunnel(value)
        case .ssl: self.ssl = try RedisOptionValue.boolean(option, value)
        case .sslHost, .sslProtocols, .checkCertificateRevocation, .caFile, .certFile, .keyFile:
            try self.setTLS(option, value)
        case .serviceName, .cluster, .sharded, .sentinelUser, .sentinelPassword, .topologyInterval:
            try self.setTopology(option, value)
        case .unsubscribeDelay, .heartbeat, .maximumPayloadBytes, .maximumChannelBytes, .maximumPublishesInFlight,
            .maximumBytesInFlight:
            try self.setLimit(option, value)
        }
    }

    private mutating func setTLS(_ option: RedisOption, _ value: String) throws(RedisConfigurationError) {
        let text = value.isEmpty ? nil : value
        switch option {
        case .sslHost: self.sslHost = text
        case .sslProtocols: try self.setTLSVersions(value)
        case .caFile: self.caFile = text
        case .certFile: self.certFile = text
        case .keyFile: self.keyFile = text
        default: try self.setRevocation(value)
        }
    }

    private mutating func setTopology(_ option: RedisOption, _ value: String) throws(RedisConfigurationError) {
        let text = value.isEmpty ? nil : value
        switch option {
        case .serviceName: self.serviceName = text
        case .sentinelUser: self.sentinelUser = text
        case .sentinelPassword: self.sentinelPassword = text
        case .sharded: self.sharded = try RedisOptionValue.boolean(option, value)
        case .cluster: self.cluster = try Self.clusterMode(value)
        default: self.configuration.topologyInterval = try RedisOptionValue.milliseconds(option, value)
        }
    }

    private mutating func setLimit(_ option: RedisOption, _ value: String) throws(RedisConfigurationError) {
        switch option {
        case .unsubscribeDelay:
            self.configuration.unsubscribeDelay = try RedisOptionValue.milliseconds(option, value, from: 0)
            return
        case .heartbeat:
            self.configuration.heartbeat = try RedisOptionValue.milliseconds(option, value, from: 0)
            return
        default: break
        }
        let number = try RedisOptionValue.number(option, value)
        switch option {
        case .maximumPayloadBytes: self.configuration.maximumPayloadBytes = number
        case .maximumChannelBytes: self.configuration.maximumChannelBytes = number
        case .maximumPublishesInFlight: self.configuration.maximumPublishesInFlight = number
        default: self.configuration.maximumBytesInFlight = number
        }
    }

    /// The asynchronous timeout is the one that matters here; the synchronous one stands in for it, as in .NET.
    private mutating func setTimeout(_ option: RedisOption, _ value: String) throws(RedisConfigurationError) {
        let timeout = try RedisOptionValue.milliseconds(option, value)
        if option == .asyncTimeout {
            self.configuration.commandTimeout = timeout
            self.hasAsyncTimeout = true
        } else if !self.hasAsyncTimeout {
            self.configuration.commandTimeout = timeout
        }
    }

    private mutating func setDatabase(_ value: String) throws(RedisConfigurationError) {
        self.configuration.defaultDatabase = try RedisOptionValue.number(
            .defaultDatabase,
            value,
            in: 0...Int(Int32.max)
        )
        self.configuration.warnings.append(
            "defaultDatabase has no effect: Redis' channels belong to no database. channelPrefix separates applications."
        )
    }

    private mutating func setProtocol(_ value: String) throws(RedisConfigurationError) {
        switch value.lowercased() {
        case "resp2", "2": return
        case "resp3", "3":
            self.configuration.warnings.append("protocol has no effect: RESP2 is spoken with every server.")
        default: throw RedisOptionValue.invalid(.protocol, "resp2 or resp3")
        }
    }

    /// Reads `tls12`, `tls13` or, as StackExchange.Redis writes several, `tls12|tls13`; the oldest is the minimum.
    private mutating func setTLSVersions(_ value: String) throws(RedisConfigurationError) {
        var minimum: RedisTLSConfiguration.Version?
        var isOld = false
        for version in value.lowercased().split(separator: "|") {
            switch version.filter({ !$0.isWhitespace }) {
            case "tls12": minimum = .tls12
            case "tls13": minimum = minimum ?? .tls13
            case "tls", "tls10", "tls11", "ssl2", "ssl3": isOld = true
            default: throw RedisOptionValue.invalid(.sslProtocols, "tls12, tls13 or tls12|tls13")
            }
        }
        guard let minimum else {
            if isOld {
                throw RedisConfigurationError(
                    .notSupported,
                    .sslProtocols,
                    "sslProtocols allows only versions before TLS 1.2, which are not spoken. Write tls12 or tls13."
                )
            }
            throw RedisOptionValue.invalid(.sslProtocols, "tls12, tls13 or tls12|tls13")
        }
        self.minimumVersion = isOld ? .tls12 : minimum
        if isOld { self.configuration.warnings.append("sslProtocols: versions before TLS 1.2 are not spoken.") }
    }

    private mutating func setRevocation(_ value: String) throws(RedisConfigurationError) {
        guard try RedisOptionValue.boolean(.checkCertificateRevocation, value) else { return }
        self.configuration.warnings.append(
            "checkCertificateRevocation has no effect: nobody is asked whether a certificate was revoked."
        )
    }

    private static func clusterMode(_ value: String) throws(RedisConfigurationError) -> RedisClusterMode {
        switch value.lowercased() {
        case "classic": return .classic
        case "sharded": return .sharded
        default: throw RedisOptionValue.invalid(.cluster, "classic or sharded")
        }
    }

    private static func refuseProxy(_ value: String) throws(RedisConfigurationError) {
        guard value.lowercased() != "none" else { return }
        throw RedisConfigurationError(
            .notSupported,
            .proxy,
            "proxy is not supported: such proxies (twemproxy, Envoy) carry no SUBSCRIBE. Name the server's own address; "
                + "a proxy for TCP needs no option."
        )
    }

    private static func refuseTunnel(_ value: String) throws(RedisConfigurationError) {
        guard !value.isEmpty else { return }
        throw RedisConfigurationError(
            .notSupported,
            .tunnel,
            "tunnel is not supported: the bus opens its connections itself. Run the tunnel as a program of its own, and name "
                + "the end of it that listens here; sslHost is then the name in the server's certificate."
        )
    }
}
