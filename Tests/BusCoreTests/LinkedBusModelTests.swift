import BusCore
import Logging
import NIOCore
import Testing

/// Seeded random interleavings of everything that can happen to a bus, against what the contract promises.
@Suite(.timeLimit(.minutes(1)))
struct LinkedBusModelTests {
    @Test(arguments: 1...400)
    func `Every interleaving keeps the contract`(seed: Int) {
        let model = BusModel(seed: UInt64(seed))
        for _ in 0..<400 { model.step() }
        model.finish()
        #expect(model.violations.isEmpty, "seed \(seed): \(model.violations.prefix(5))")
        #expect(model.deliveries > 0 || model.violations.isEmpty)
    }

    @Test(arguments: 1...300)
    func `Every interleaving keeps the contract while channels move between shards`(seed: Int) {
        let model = BusModel(seed: UInt64(seed), shards: 2 + seed % 2)
        for _ in 0..<400 { model.step() }
        model.finish()
        #expect(model.violations.isEmpty, "seed \(seed): \(model.violations.prefix(5))")
    }

    @Test func `The interleavings reach the interesting places`() {
        var total = BusModel.Coverage()
        for seed in 1...400 {
            let model = BusModel(seed: UInt64(seed), shards: 1 + seed % 3)
            for _ in 0..<400 { model.step() }
            model.finish()
            total.add(model.coverage)
        }
        #expect(total.published > 1_000)
        #expect(total.notSent > 1_000)
        #expect(total.indeterminate > 100)
        #expect(total.missedEchoes > 100)
        #expect(total.gaps > 1_000)
        #expect(total.refused > 10)
        #expect(total.overdue > 10)
        #expect(total.withdrawals > 100)
    }
}
