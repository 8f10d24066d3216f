extension RedisBusConfiguration {
    /// Refuses values that no part of the bus could work with, wherever they were set.
    func validate() throws(RedisConfigurationError) {
        if self.username != nil, self.password == nil {
            throw RedisConfigurationError(
                .invalidValue,
                option: "user",
                "The user name has no password. Redis signs a user in with both: set the password as well."
            )
        }
        try self.validateEndpoints()
        try Self.bounded(self.connectTimeout, "connectTimeout")
        try Self.bounded(self.commandTimeout, "asyncTimeout")
        try Self.bounded(self.keepAlive, "keepAlive")
        try Self.bounded(self.topologyInterval, "topologyInterval")
        if self.unsubscribeDelay != .zero { try Self.bounded(self.unsubscribeDelay, "unsubscribeDelay") }
        try Self.positive(self.connectRetry > 0, "connectRetry")
        try Self.positive(self.maximumPayloadBytes > 0, "maximumPayloadBytes")
        try Self.positive(self.maximumChannelBytes > 0, "maximumChannelBytes")
        try Self.positive(self.maximumPublishesInFlight > 0, "maximumPublishesInFlight")
        try Self.positive(self.maximumBytesInFlight > 0, "maximumBytesInFlight")
        guard self.maximumPayloadBytes <= 512 * 1024 * 1024 else {
            throw RedisConfigurationError(
                .invalidValue,
                option: "maximumPayloadBytes",
                "maximumPayloadBytes is more than 512 MiB, the largest string of Redis."
            )
        }
    }

    private func validateEndpoints() throws(RedisConfigurationError) {
        guard !self.endpoints.isEmpty else {
            throw RedisConfigurationError(.invalidValue, "There is no endpoint. Name at least one server.")
        }
        for case .tcp(_, let port) in self.endpoints where !(1...65535).contains(port) {
            throw RedisConfigurationError(.invalidValue, "The port is not between 1 and 65535.")
        }
    }

    private static func bounded(_ duration: Duration, _ option: String) throws(RedisConfigurationError) {
        guard duration > .zero, duration <= .seconds(86_400) else {
            throw RedisConfigurationError(
                .invalidValue,
                option: option,
                "\(option) must be more than 0 and no more than a day."
            )
        }
    }

    private static func positive(_ holds: Bool, _ option: String) throws(RedisConfigurationError) {
        guard holds else {
            throw RedisConfigurationError(.invalidValue, option: option, "\(option) must be more than 0.")
        }
    }
}
