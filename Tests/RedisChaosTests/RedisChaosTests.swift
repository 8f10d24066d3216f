import BusConformance
import RedisConformanceSupport
import Testing

/// Three nodes on a real server, every fault there is, twenty seconds; `dev/chaos` runs it for longer.
@Suite("RedisBus in chaos", .serialized, .timeLimit(.minutes(1)))
struct RedisChaosTests {
    @Test(arguments: [20_260] as [UInt64])
    func keepsItsPromises(seed: UInt64) async throws {
        let report = try await RedisChaos.run(seed: seed, duration: .seconds(20))
        #expect(report.delivered > 0 && report.outcomes["accepted", default: 0] > 0)
        #expect(report.outcomes["pending"] == nil)
    }
}
