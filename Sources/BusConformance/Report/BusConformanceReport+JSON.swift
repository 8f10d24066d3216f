extension BusConformanceReport {
    /// The report as one JSON object, for machines.
    ///
    /// `bus`, `seed` (a string), `scale`, the counts `run`, `passed`, `partly`, `skipped` and `failed`, and `checks`: for each
    /// one `property`, `id`, `title`, `level`, `verdict`, `milliseconds`, `reason` (if there is one) and `ledger` (of a failure).
    ///
    /// - Returns: The text, on one line.
    public func json() -> String {
        var writer = JSONWriter()
        let counts = self.counts
        writer.object([
            ("bus", { $0.string(self.bus) }),
            // A 64 bit number does not survive every JSON reader.
            ("seed", { $0.string("\(self.seed)") }),
            ("scale", { $0.raw(self.scale) }),
            ("run", { $0.raw(self.entries.count - counts.skipped) }),
            ("passed", { $0.raw(counts.passed) }),
            ("partly", { $0.raw(counts.partly) }),
            ("skipped", { $0.raw(counts.skipped) }),
            ("failed", { $0.raw(counts.failed) }),
            ("checks", { $0.array(self.entries) { Self.write($1, to: &$0) } }),
        ])
        return writer.text
    }

    private static func write(_ entry: Entry, to writer: inout JSONWriter) {
        var fields: [(name: String, write: (inout JSONWriter) -> Void)] = [
            ("property", { $0.raw(entry.check.property) }),
            ("id", { $0.string(entry.check.id) }),
            ("title", { $0.string(entry.check.title) }),
            ("level", { $0.string(entry.check.level.rawValue) }),
            ("verdict", { $0.string(entry.verdict.name) }),
            ("milliseconds", { $0.raw(Int(entry.duration / .milliseconds(1))) }),
        ]
        if let reason = entry.verdict.reason { fields.append(("reason", { $0.string(reason) })) }
        if case .failed(let failure) = entry.verdict {
            fields.append(("ledger", { $0.array(failure.ledger) { $0.string($1.description) } }))
        }
        writer.object(fields)
    }
}
