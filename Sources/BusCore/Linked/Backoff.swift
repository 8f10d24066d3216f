import NIOCore

/// When to try to connect again: at first soon, then exponentially later, always with jitter.
struct Backoff {
    private let first: TimeAmount
    private let maximum: TimeAmount
    private let longOutageMaximum: TimeAmount
    private static let longOutage = TimeAmount.minutes(10)

    init(_ configuration: LinkedBusConfiguration) {
        self.first = TimeAmount(configuration.firstReconnectDelay)
        self.maximum = TimeAmount(configuration.maximumReconnectDelay)
        self.longOutageMaximum = TimeAmount(configuration.longOutageReconnectDelay)
    }

    /// The delay before the next attempt.
    ///
    /// - Parameters:
    ///   - failures: How many attempts of this outage have failed.
    ///   - outage: How long the outage has lasted.
    ///   - random: The source of jitter.
    /// - Returns: The delay.
    func delay(failures: Int, outage: TimeAmount, using random: inout SplitMix64) -> TimeAmount {
        guard failures > 0 else { return .nanoseconds(Int64.random(in: 0...self.first.nanoseconds, using: &random)) }
        let cap = outage >= Self.longOutage ? self.longOutageMaximum : self.maximum
        let base = min(self.first.nanoseconds << Int64(min(failures, 16)), cap.nanoseconds)
        return .nanoseconds(Int64.random(in: (base / 2)...max(base, 1), using: &random))
    }
}
