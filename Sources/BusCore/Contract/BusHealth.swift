/// Whether messages flow, and why not if they do not.
public struct BusHealth: Sendable {
    /// The state of the bus when the question was answered.
    public var state: BusState

    /// Whether a round trip through the publish path succeeded within the last second, and the state is `.connected`.
    public var isHealthy: Bool

    /// How long the latest successful round trip took, if there was one.
    public var roundTrip: Duration?

    /// What is wrong, what it means and what happens next; nil when healthy.
    public var reason: String?

    /// The latest error of a connection that is down; nil when all are up.
    public var error: BusError?

    /// Creates a health report.
    ///
    /// - Parameters:
    ///   - state: The state of the bus.
    ///   - isHealthy: Whether messages flow.
    ///   - roundTrip: How long the latest successful round trip took.
    ///   - reason: What is wrong.
    ///   - error: The latest error of a connection that is down.
    public init(
        state: BusState,
        isHealthy: Bool,
        roundTrip: Duration? = nil,
        reason: String? = nil,
        error: BusError? = nil
    ) {
        self.state = state
        self.isHealthy = isHealthy
        self.roundTrip = roundTrip
        self.reason = reason
        self.error = error
    }
}
