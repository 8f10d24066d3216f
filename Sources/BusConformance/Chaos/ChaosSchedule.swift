/// Draws one fault after the other; a seed determines them all.
struct ChaosSchedule {
    /// A fault, how long it lasts, and how long the bus is left alone afterwards.
    struct Step: Equatable {
        var verb: BusFaultVerb
        /// The node that a fault of one node hits.
        var node: Int
        var lasts: Duration
        var rests: Duration
        /// For ``BusFaultVerb/slow``.
        var bytesPerWrite: Int
    }

    private var random: SeededGenerator
    private let verbs: [BusFaultVerb]
    private let nodes: Int

    init(seed: UInt64, verbs: Set<BusFaultVerb>, nodes: Int) {
        self.random = SeededGenerator(seed: seed)
        // A channel that was denied ends for good, which is another story than an outage.
        self.verbs = verbs.subtracting([.denyChannel]).sorted { $0.description < $1.description }
        self.nodes = nodes
    }

    /// The next fault; nil if the injector can cause none.
    mutating func next() -> Step? {
        guard let verb = self.verbs.randomElement(using: &self.random) else { return nil }
        let node = Int.random(in: 0..<self.nodes, using: &self.random)
        // Short ones end before they are noticed, long ones after a few attempts to reconnect.
        let lasts = [20, 200, 1_000, 2_500].randomElement(using: &self.random) ?? 200
        let rests = [0, 50, 500, 1_500].randomElement(using: &self.random) ?? 500
        let bytes = [1, 7, 100, 10_000].randomElement(using: &self.random) ?? 100
        return Step(
            verb: verb,
            node: node,
            lasts: .milliseconds(Int.random(in: lasts / 2...lasts, using: &self.random)),
            rests: .milliseconds(Int.random(in: rests / 2...rests, using: &self.random)),
            bytesPerWrite: bytes
        )
    }
}

extension ChaosSchedule.Step: CustomStringConvertible {
    var description: String {
        let target: String =
            switch self.verb {
            case .cutNode: " of node \(self.node)"
            case .slow: " of \(self.bytesPerWrite) bytes"
            default: ""
            }
        return "\(self.verb)\(target) for \(self.lasts), then \(self.rests) of peace"
    }
}
