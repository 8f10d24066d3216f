extension RedisBusConfiguration: CustomStringConvertible, CustomReflectable {
    /// The effective configuration as a connection string, with `***` for each password.
    ///
    /// With the passwords put in again, it means the same configuration, unless a value contains a comma, for which there is
    /// no way in a connection string, or was set to a closure.
    public var description: String {
        let options = self.shown.map { name, value in "\(name)=\(Self.quoted(value))" }
        return (self.endpoints.map { Self.quoted($0.description) } + options).joined(separator: ",")
    }

    /// Shows what the description shows, so that `dump` does not reveal the passwords either.
    public var customMirror: Mirror {
        let endpoints = [("endpoints", self.endpoints.map(\.description).joined(separator: ","))]
        let shown = self.shown.map { name, value in (name.rawValue, value) }
        return Mirror(self, children: (endpoints + shown).map { name, value in (label: name, value: value as Any) })
    }

    /// Options in the order in which they are shown.
    ///
    /// What most people never set is shown where it is set.
    private var shown: [(RedisOption, String)] {
        self.topologyShown + self.credentialsShown + self.tlsShown
            + [
                (.channelPrefix, self.channelPrefix),
                (.name, self.clientName),
                (.abortConnect, "\(self.abortConnect)"),
                (.connectTimeout, Self.milliseconds(self.connectTimeout)),
                (.asyncTimeout, Self.milliseconds(self.commandTimeout)),
                (.keepAlive, Self.seconds(self.keepAlive)),
            ] + self.rarelyShown
    }

    private var topologyShown: [(RedisOption, String)] {
        switch self.topology {
        case .server: []
        case .sentinel(let service): [(.serviceName, service)]
        case .cluster(.classic): [(.cluster, "classic")]
        case .cluster(.sharded): [(.cluster, "sharded")]
        }
    }

    private var credentialsShown: [(RedisOption, String)] {
        var shown: [(RedisOption, String)] = []
        if self.credentials != nil {
            shown.append((.password, "*** (asked for at each attempt to connect)"))
        } else {
            if let username = self.username { shown.append((.user, username)) }
            if self.password != nil { shown.append((.password, "***")) }
        }
        guard let sentinel = self.sentinelCredentials else { return shown }
        if let username = sentinel.username { shown.append((.sentinelUser, username)) }
        return shown + [(.sentinelPassword, "***")]
    }

    private var tlsShown: [(RedisOption, String)] {
        guard let tls = self.tls else { return [] }
        var shown: [(RedisOption, String)] = [(.ssl, "true")]
        if let name = tls.serverName { shown.append((.sslHost, name)) }
        if case .file(let path) = tls.trustRoots { shown.append((.caFile, path)) }
        if let path = tls.certificateChainFile { shown.append((.certFile, path)) }
        if let path = tls.privateKeyFile { shown.append((.keyFile, path)) }
        if tls.minimumVersion == .tls13 { shown.append((.sslProtocols, "tls13")) }
        return shown
    }

    private var rarelyShown: [(RedisOption, String)] {
        let mine = self.rare
        let usual = RedisBusConfiguration().rare
        return zip(mine, usual).compactMap { mine, usual in mine == usual ? nil : mine }
    }

    private var rare: [(RedisOption, String)] {
        [
            (.connectRetry, "\(self.connectRetry)"),
            (.topologyInterval, Self.milliseconds(self.topologyInterval)),
            (.heartbeat, Self.milliseconds(self.heartbeat)),
            (.nodeName, self.nodeName ?? ""),
            (.unsubscribeDelay, Self.milliseconds(self.unsubscribeDelay)),
            (.maximumPayloadBytes, "\(self.maximumPayloadBytes)"),
            (.maximumChannelBytes, "\(self.maximumChannelBytes)"),
            (.maximumPublishesInFlight, "\(self.maximumPublishesInFlight)"),
            (.maximumBytesInFlight, "\(self.maximumBytesInFlight)"),
            (.defaultDatabase, self.defaultDatabase.map { "\($0)" } ?? ""),
        ]
    }
}

extension RedisBusConfiguration {
    private static func milliseconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        // No bus is made with a value that long.
        guard seconds.magnitude < 1 << 40 else { return "\(duration)" }
        let milliseconds = attoseconds / 1_000_000_000_000_000
        return Self.decimal(
            seconds * 1_000 + milliseconds,
            attoseconds - milliseconds * 1_000_000_000_000_000,
            places: 15
        )
    }

    private static func seconds(_ duration: Duration) -> String {
        Self.decimal(duration.components.seconds, duration.components.attoseconds, places: 18)
    }

    /// Shows a number and so many decimal places, without trailing zeros.
    private static func decimal(_ whole: Int64, _ fraction: Int64, places: Int) -> String {
        guard fraction != 0 else { return "\(whole)" }
        let digits = "\(fraction.magnitude)"
        var decimals = String(repeating: "0", count: places - digits.utf8.count) + digits
        while decimals.last == "0" { decimals.removeLast() }
        return "\(fraction < 0 && whole == 0 ? "-" : "")\(whole).\(decimals)"
    }

    /// The value, in quotation marks where a connection string could not tell its end.
    private static func quoted(_ value: String) -> String {
        let isPlain =
            !value.contains(",") && value.first?.isWhitespace != true && value.last?.isWhitespace != true
            && !value.unicodeScalars.contains { $0.properties.generalCategory == .control }
        return isPlain ? value : value.debugDescription
    }
}
