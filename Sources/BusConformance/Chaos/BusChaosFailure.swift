/// A bus broke a promise during a soak.
public struct BusChaosFailure: Error, CustomStringConvertible {
    /// What is wrong.
    public var finding: String
    /// What had happened until then, with the seed and the schedule.
    public var report: BusChaosReport
    /// What each subscriber got in the last episode, at most 40 lines.
    public var ledger: [BusLedgerLine]

    /// The finding, the seed, the schedule and the ledger.
    public var description: String {
        let lines = ["\(self.finding)", "\(self.report)"] + self.report.schedule + self.ledger.map(\.description)
        return lines.joined(separator: "\n  ")
    }
}
