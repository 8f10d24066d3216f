/// What the rounds measured, by contender and figure.
struct Samples {
    private var values: [String: [String: [Double]]] = [:]

    /// Notes what a contender reached in a round.
    mutating func add(_ contender: String, _ figures: [String: Double]) {
        for (figure, value) in figures { self.values[contender, default: [:]][figure, default: []].append(value) }
    }

    /// The median of the rounds.
    func median(_ contender: String, _ figure: String) -> Double {
        Self.median(self.values[contender]?[figure] ?? [])
    }

    /// The median of the ratios within each round: what slows one contender in a round slows the other as well.
    func ratio(_ figure: String, of contender: String, to reference: String) -> Double {
        let pairs = zip(self.values[contender]?[figure] ?? [], self.values[reference]?[figure] ?? [])
        return Self.median(pairs.map { $0 / $1 })
    }

    /// The smallest and the largest of those ratios.
    func spread(_ figure: String, of contender: String, to reference: String) -> (Double, Double) {
        let pairs = zip(self.values[contender]?[figure] ?? [], self.values[reference]?[figure] ?? [])
        let ratios = pairs.map { $0 / $1 }
        return (ratios.min() ?? .nan, ratios.max() ?? .nan)
    }

    private static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return .nan }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
}
