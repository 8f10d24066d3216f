/// What happened in a soak.
public struct BusChaosReport: Sendable, CustomStringConvertible {
    /// The name of the bus.
    public var bus: String
    /// The seed that makes the same schedule.
    public var seed: UInt64
    /// How many episodes have ended.
    public var episodes = 0
    /// The faults, with the time since the beginning.
    public var schedule: [String] = []
    /// How many publishes ended in which way, for example `accepted` or `notSent`.
    public var outcomes: [String: Int] = [:]
    /// How many messages all subscribers got.
    public var delivered = 0
    /// How many gap markers all subscribers got.
    public var gaps = 0

    init(bus: String, seed: UInt64) {
        self.bus = bus
        self.seed = seed
    }

    /// The counts in one line.
    public var description: String {
        let outcomes = self.outcomes.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        return """
            \(self.bus), seed \(self.seed): \(self.episodes) episodes, \(self.schedule.count) entries in the schedule; \
            published \(outcomes); delivered \(self.delivered), \(self.gaps) gaps
            """
    }
}
