extension RedisBusConfiguration {
    /// Refuses what no bus could work with, before one is made.
    func validate() throws(RedisConfigurationError) {
        if self.username != nil, self.password == nil, self.credentials == nil {
            throw RedisConfigurationError(
                .contradiction,
                .user,
                "The user name has no password. Redis signs a user in with both: set the password as well."
            )
        }
        try self.validateValues()
    }

    /// Refuses values that make no sense, wherever they were set.
    ///
    /// A password may still be missing: applications set it in code.
    func validateValues() throws(RedisConfigurationError) {
        try self.validateEndpoints()
        try self.validateTopology()
        try self.validateTLS()
        try Self.bounded(self.connectTimeout, .connectTimeout)
        try Self.bounded(self.commandTimeout, .asyncTimeout)
        try Self.bounded(self.keepAlive, .keepAlive)
        try Self.bounded(self.topologyInterval, .topologyInterval)
        if self.heartbeat != .zero { try Self.bounded(self.heartbeat, .heartbeat) }
        if self.unsubscribeDelay != .zero { try Self.bounded(self.unsubscribeDelay, .unsubscribeDelay) }
        try Self.positive(self.connectRetry, .connectRetry)
        try Self.positive(self.maximumPayloadBytes, .maximumPayloadBytes)
        try Self.positive(self.maximumChannelBytes, .maximumChannelBytes)
        try Self.positive(self.maximumPublishesInFlight, .maximumPublishesInFlight)
        try Self.positive(self.maximumBytesInFlight, .maximumBytesInFlight)
        guard self.maximumPayloadBytes <= 512 * 1024 * 1024 else {
            throw RedisConfigurationError(
                .invalidValue,
                .maximumPayloadBytes,
                "maximumPayloadBytes is more than 512 MiB, the largest string of Redis."
            )
        }
    }

    private func validateEndpoints() throws(RedisConfigurationError) {
        guard !self.endpoints.isEmpty else {
            throw RedisConfigurationError(.invalidValue, "There is no endpoint. Name at least one server.")
        }
        for endpoint in self.endpoints { try endpoint.validate() }
    }

    private func validateTopology() throws(RedisConfigurationError) {
        if self.topology == .cluster(.sharded), self.channelPrefix.contains("{") {
            throw RedisConfigurationError(
                .contradiction,
                .channelPrefix,
                "The prefix contains {, which would put all channels of a sharded cluster on one shard. Leave it out."
            )
        }
        if case .sentinel(let service) = self.topology {
            guard !service.isEmpty else {
                throw RedisConfigurationError(
                    .invalidValue,
                    .serviceName,
                    "The name of the sentinels' service is empty."
                )
            }
        } else if self.sentinelCredentials != nil {
            throw RedisConfigurationError(
                .contradiction,
                .sentinelPassword,
                "There are credentials for sentinels, and no sentinels. Write serviceName=… or remove the credentials."
            )
        }
        if self.topology != .server, self.hasSocket {
            throw RedisConfigurationError(
                .contradiction,
                "Redis Sentinel and Redis Cluster announce addresses of hosts; they cannot be asked over a Unix socket."
            )
        }
    }

    private func validateTLS() throws(RedisConfigurationError) {
        guard let tls = self.tls else { return }
        guard (tls.certificateChainFile == nil) == (tls.privateKeyFile == nil) else {
            let missing = tls.privateKeyFile == nil ? RedisOption.keyFile : .certFile
            throw RedisConfigurationError(
                .contradiction,
                missing,
                "A client certificate needs its private key and the key its certificate: \(missing.rawValue) is missing."
            )
        }
        if let name = tls.serverName, !RedisEndpoint.isHost(name) {
            throw RedisConfigurationError(.invalidValue, .sslHost, "The value of sslHost is not the name of a host.")
        }
        if self.hasSocket {
            throw RedisConfigurationError(
                .contradiction,
                .ssl,
                "Redis speaks no TLS on a Unix socket. Remove one of them."
            )
        }
    }

    private var hasSocket: Bool {
        self.endpoints.contains { if case .unixSocket = $0 { true } else { false } }
    }

    private static func bounded(_ duration: Duration, _ option: RedisOption) throws(RedisConfigurationError) {
        guard duration > .zero, duration <= .seconds(86_400) else {
            throw RedisConfigurationError(
                .invalidValue,
                option,
                "\(option.rawValue) must be more than 0 and no more than a day."
            )
        }
    }

    private static func positive(_ number: Int, _ option: RedisOption) throws(RedisConfigurationError) {
        guard number > 0 else {
            throw RedisConfigurationError(.invalidValue, option, "\(option.rawValue) must be more than 0.")
        }
    }
}

extension RedisEndpoint {
    /// The longest path that fits in every system's address of a Unix socket, in bytes.
    private static let longestPath = 103

    fileprivate func validate() throws(RedisConfigurationError) {
        switch self {
        case .tcp(let host, let port):
            guard Self.isHost(host) else {
                throw RedisConfigurationError(.invalidValue, "An endpoint is not the name or address of a host.")
            }
            guard (1...65535).contains(port) else {
                throw RedisConfigurationError(.invalidValue, "The port is not between 1 and 65535.")
            }
        case .unixSocket(let path):
            guard (1...Self.longestPath).contains(path.utf8.count), !path.utf8.contains(0) else {
                throw RedisConfigurationError(
                    .invalidValue,
                    "The path of a Unix socket is empty or longer than \(Self.longestPath) bytes."
                )
            }
        }
    }
}
