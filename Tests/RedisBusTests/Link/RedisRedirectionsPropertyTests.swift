import Testing

@testable import RedisBus

@Suite("Publishes while slots move at random", .timeLimit(.minutes(1)))
struct RedisRedirectionsPropertyTests {
    @Test(arguments: 1...300)
    func eachHasOneOutcomeAndTheirOrderIsThatOfTheCalls(_ seed: UInt64) {
        var cluster = MovingSlots(seed: seed)
        for _ in 0..<300 { cluster.step() }
        cluster.finish()
        #expect(cluster.violations.isEmpty, "seed \(seed): \(cluster.violations.prefix(5))")
    }

    @Test func everythingHappens() {
        var seen: [MovingSlots.Outcome: Int] = [:]
        var redirected = 0
        for seed in 1...300 as ClosedRange<UInt64> {
            var cluster = MovingSlots(seed: seed)
            for _ in 0..<300 { cluster.step() }
            cluster.finish()
            for outcome in cluster.outcomes.values { seen[outcome, default: 0] += 1 }
            redirected += cluster.redirected
        }
        for outcome in MovingSlots.Outcome.allCases { #expect(seen[outcome, default: 0] > 100, "\(outcome)") }
        #expect(redirected > 1_000)
    }
}
