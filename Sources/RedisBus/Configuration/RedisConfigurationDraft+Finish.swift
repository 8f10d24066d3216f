extension RedisConfigurationDraft {
    /// The configuration that all options together mean.
    ///
    /// - Throws: ``RedisConfigurationError`` if one contradicts another.
    func finished() throws(RedisConfigurationError) -> RedisBusConfiguration {
        var result = self.configuration
        result.topology = try self.topology()
        result.tls = try self.tls()
        result.sentinelCredentials = try self.sentinelCredentials()
        let addresses = self.addresses.isEmpty ? [.tcp(host: "localhost", port: nil)] : self.addresses
        let port = self.defaultPort(result)
        result.endpoints = addresses.map { $0.endpoint(defaultPort: port) }
        try result.validateValues()
        return result
    }

    private func defaultPort(_ configuration: RedisBusConfiguration) -> Int {
        if case .sentinel = configuration.topology { return RedisEndpoint.defaultSentinelPort }
        return configuration.tls == nil ? RedisEndpoint.defaultPort : self.defaultTLSPort
    }

    private func topology() throws(RedisConfigurationError) -> RedisTopology {
        if let service = self.serviceName {
            guard self.cluster == nil, self.sharded == nil else {
                throw RedisConfigurationError(
                    .contradiction,
                    .serviceName,
                    "serviceName means Redis Sentinel, and cluster means Redis Cluster, which does without. Remove one of them."
                )
            }
            return .sentinel(service: service)
        }
        switch (self.cluster, self.sharded) {
        case (nil, nil): return .server
        case (nil, .some):
            throw RedisConfigurationError(
                .contradiction,
                .sharded,
                "sharded is about Redis Cluster. Write cluster=sharded or redis+cluster://host?sharded=true."
            )
        case (.classic, true):
            throw RedisConfigurationError(.contradiction, .sharded, "sharded=true contradicts cluster=classic.")
        case (.sharded, false):
            throw RedisConfigurationError(.contradiction, .sharded, "sharded=false contradicts cluster=sharded.")
        case (.some(let mode), _): return .cluster(mode)
        }
    }

    private func tls() throws(RedisConfigurationError) -> RedisTLSConfiguration? {
        guard self.ssl == true else {
            let needing: [(RedisOption, Bool)] = [
                (.sslHost, self.sslHost != nil), (.sslProtocols, self.minimumVersion != nil),
                (.caFile, self.caFile != nil), (.certFile, self.certFile != nil), (.keyFile, self.keyFile != nil),
            ]
            if let option = needing.first(where: \.1)?.0 {
                throw RedisConfigurationError(
                    .contradiction,
                    option,
                    "\(option.rawValue) is about TLS, which is not switched on. Write ssl=true or rediss://."
                )
            }
            return nil
        }
        var tls = RedisTLSConfiguration()
        tls.serverName = self.sslHost
        if let caFile = self.caFile { tls.trustRoots = .file(caFile) }
        tls.certificateChainFile = self.certFile
        tls.privateKeyFile = self.keyFile
        if let version = self.minimumVersion { tls.minimumVersion = version }
        return tls
    }

    private func sentinelCredentials() throws(RedisConfigurationError) -> RedisCredentials? {
        guard let password = self.sentinelPassword else {
            guard self.sentinelUser == nil else {
                throw RedisConfigurationError(
                    .contradiction,
                    .sentinelUser,
                    "sentinelUser has no password. Set sentinelPassword, or sentinelCredentials in code."
                )
            }
            return nil
        }
        return RedisCredentials(username: self.sentinelUser, password: password)
    }
}
