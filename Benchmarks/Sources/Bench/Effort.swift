/// How long to measure.
struct Effort {
    /// Few short rounds: shows that everything runs.
    var isQuick: Bool

    /// How often each contender has its turn.
    var rounds: Int { self.isQuick ? 2 : 7 }

    /// Scales a number of messages.
    func scaled(_ count: Int) -> Int { self.isQuick ? count / 5 : count }
}
