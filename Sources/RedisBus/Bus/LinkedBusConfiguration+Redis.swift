import BusCore

extension LinkedBusConfiguration {
    /// What the configuration of a Redis bus means for the machinery under it.
    init(_ configuration: RedisBusConfiguration) {
        self.init()
        self.publishDeadline = configuration.commandTimeout
        self.connectDeadline = configuration.connectTimeout
        self.probeInterval = configuration.keepAlive
        self.probeDeadline = configuration.commandTimeout
        self.maximumPublishesInFlight = configuration.maximumPublishesInFlight
        self.maximumBytesInFlight = configuration.maximumBytesInFlight
        self.linger = configuration.unsubscribeDelay
    }
}
