extension BusConformanceReport {
    /// The report as a table for people: one line for each check, then the counts, then what failed with its ledger.
    ///
    /// - Returns: The text, several lines long.
    public func table() -> String {
        let width = self.entries.map(\.check.id.count).max() ?? 0
        var lines = ["  # \(Self.left("check", width)) verdict  seconds"]
        for entry in self.entries {
            let columns = [
                Self.right("\(entry.check.property)", 3), Self.left(entry.check.id, width),
                Self.left(entry.verdict.name, 7), Self.right(Self.seconds(entry.duration), 8),
            ]
            // A failure is told below, with its ledger.
            let reason = entry.verdict.name == "failed" ? nil : entry.verdict.reason
            lines.append(columns.joined(separator: " ") + (reason.map { "  \($0)" } ?? ""))
        }
        let counts = self.counts
        lines.append(
            """

            \(self.bus), seed \(self.seed), scale \(self.scale): \(counts.passed) passed, \(counts.partly) partly, \
            \(counts.skipped) skipped, \(counts.failed) failed
            """
        )
        return (lines + self.failures.map { "\n\($0)" }).joined(separator: "\n")
    }

    private static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    private static func seconds(_ duration: Duration) -> String {
        let hundredths = Int(duration / .milliseconds(10))
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
