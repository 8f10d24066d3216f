/// The bounds of a hub's connections in the form in which the event loops use them.
struct HubLimits: Sendable {
    let invocations: InvocationLimits
    let outbound: OutboundLimits
    let maximumMessageSize: Int
    let handshakeTicks: UInt32
    let keepAliveTicks: UInt32
    let clientTimeoutTicks: UInt32
    let sendTicks: UInt32

    init(_ configuration: HubEndpointConfiguration) {
        self.invocations = InvocationLimits(
            maximumParallel: max(1, configuration.maximumParallelInvocations),
            maximumWaiting: max(1, configuration.maximumWaitingInvocations),
            maximumWaitingBytes: max(1, configuration.maximumWaitingInvocationBytes)
        )
        self.outbound = OutboundLimits(
            maximumBytes: max(1, configuration.maximumOutboundBytes),
            maximumMessages: max(1, configuration.maximumOutboundMessages),
            policy: configuration.outboundPolicy
        )
        self.maximumMessageSize = max(1, configuration.maximumMessageSize)
        self.handshakeTicks = Self.ticks(configuration.handshakeTimeout)
        self.keepAliveTicks = Self.ticks(configuration.keepAliveInterval)
        self.clientTimeoutTicks = Self.ticks(configuration.clientTimeout)
        self.sendTicks = Self.ticks(configuration.maximumSendWait)
    }

    /// Whole seconds, rounded up; at least one, at most a year.
    private static func ticks(_ duration: Duration) -> UInt32 {
        let (seconds, attoseconds) = duration.components
        let whole = seconds.addingReportingOverflow(attoseconds > 0 ? 1 : 0).partialValue
        return UInt32(max(1, min(whole, 365 * 24 * 3600)))
    }
}
