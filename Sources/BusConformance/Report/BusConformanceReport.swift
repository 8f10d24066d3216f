/// What a run of checks found.
public struct BusConformanceReport: Sendable {
    /// How one check ended.
    public enum Verdict: Sendable {
        /// The bus keeps the property.
        case passed
        /// The bus keeps what could be seen of it; the text says what could not.
        case partly(String)
        /// It was not checked; the text says why.
        case skipped(String)
        /// The bus does not keep it.
        case failed(BusCheckFailure)
    }

    /// One check and how it ended.
    public struct Entry: Sendable {
        /// The check.
        public var check: BusCheck
        /// How it ended.
        public var verdict: Verdict
        /// How long it took.
        public var duration: Duration

        /// Creates an entry.
        ///
        /// - Parameters:
        ///   - check: The check.
        ///   - verdict: How it ended.
        ///   - duration: How long it took.
        public init(check: BusCheck, verdict: Verdict, duration: Duration) {
            self.check = check
            self.verdict = verdict
            self.duration = duration
        }
    }

    /// What the bus is called.
    public var bus: String
    /// The seed of the run.
    public var seed: UInt64
    /// The size of the run; 1 is full.
    public var scale: Double
    /// The checks in the order they ran.
    public var entries: [Entry]

    /// Creates a report.
    ///
    /// - Parameters:
    ///   - bus: What the bus is called.
    ///   - seed: The seed of the run.
    ///   - scale: The size of the run.
    ///   - entries: The checks in the order they ran.
    public init(bus: String, seed: UInt64, scale: Double, entries: [Entry] = []) {
        self.bus = bus
        self.seed = seed
        self.scale = scale
        self.entries = entries
    }

    /// The failures.
    public var failures: [BusCheckFailure] {
        self.entries.compactMap { if case .failed(let failure) = $0.verdict { failure } else { nil } }
    }

    /// How many checks ended each way.
    public var counts: (passed: Int, partly: Int, skipped: Int, failed: Int) {
        self.entries.reduce(into: (0, 0, 0, 0)) { counts, entry in
            switch entry.verdict {
            case .passed: counts.passed += 1
            case .partly: counts.partly += 1
            case .skipped: counts.skipped += 1
            case .failed: counts.failed += 1
            }
        }
    }
}

extension BusConformanceReport.Verdict {
    /// The verdict in one word.
    public var name: String {
        switch self {
        case .passed: "passed"
        case .partly: "partly"
        case .skipped: "skipped"
        case .failed: "failed"
        }
    }

    /// Why the check did not simply pass; nil if it did.
    public var reason: String? {
        switch self {
        case .passed: nil
        case .partly(let reason), .skipped(let reason): reason
        case .failed(let failure): failure.cause.map { "\(failure.expected): \($0)" } ?? failure.expected
        }
    }
}

extension BusConformanceReport: CustomStringConvertible {
    /// The report as text, one line for each check and the failures with their ledgers.
    public var description: String {
        var lines = self.entries.map { entry in
            "\(entry.verdict.name) \(entry.check) (\(entry.duration))" + (entry.verdict.reason.map { ": \($0)" } ?? "")
        }
        let counts = self.counts
        lines.append(
            "\(self.bus): \(counts.passed) passed, \(counts.partly) partly, \(counts.skipped) skipped, \(counts.failed) failed"
        )
        return (lines + self.failures.map(\.description)).joined(separator: "\n")
    }
}
