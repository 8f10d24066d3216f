/// Writes numbers in their order of arrival as ranges: `1-10, |gap|, 14-20, 14`.
struct RangeTrack {
    private var parts: [String] = []
    private var range: ClosedRange<UInt64>?

    mutating func append(_ number: UInt64) {
        if let range = self.range, number == range.upperBound &+ 1 {
            self.range = range.lowerBound...number
        } else {
            self.flush()
            self.range = number...number
        }
    }

    mutating func mark(_ text: String) {
        self.flush()
        self.parts.append("|\(text)|")
    }

    private mutating func flush() {
        guard let range = self.range else { return }
        self.parts.append(Self.text(of: range))
        self.range = nil
    }

    private static func text(of range: ClosedRange<UInt64>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }

    /// The ranges, at most fifty of them.
    var text: String {
        let parts = self.parts + (self.range.map { [Self.text(of: $0)] } ?? [])
        let shown = parts.prefix(50).joined(separator: ", ")
        return parts.count > 50 ? "\(shown), and \(parts.count - 50) more ranges" : shown
    }
}
