import BusConformance
import InMemoryTestSupport
import Synchronization
import Testing

/// The soak on a sound bus and on broken ones.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct ChaosTests {
    @Test func aSoundBusBalancesItsBooks() async throws {
        var chaos = BusChaos(InMemoryHarness.make("sound"), seed: 7, duration: .seconds(4))
        chaos.episode = .seconds(2)
        let report = try await chaos.run()
        #expect(report.episodes >= 2)
        #expect(report.delivered > 0 && report.outcomes["accepted", default: 0] > 0)
        #expect(report.outcomes["pending"] == nil)
        #expect(report.description.contains("seed 7"))
    }

    @Test func aSeedDeterminesTheSchedule() async throws {
        var schedules: [[Substring]] = []
        for seed: UInt64 in [1, 1, 2] {
            let chaos = BusChaos(InMemoryHarness.make("sound"), seed: seed, duration: .milliseconds(1))
            let lines = try await chaos.run().schedule
            // What follows the time.
            schedules.append(lines.map { $0.drop { $0 != ":" } })
        }
        #expect(schedules[0] == schedules[1])
        #expect(schedules[0] != schedules[2])
    }

    @Test(arguments: [
        "reconnects, resubscribes and says nothing", "sends every message twice",
        "drops a message without a marker when it is busy",
        "sends what it could not send when it is connected again", "counts each delivery twice",
    ])
    func aBrokenBusIsFoundOut(_ name: String) async throws {
        let mutant = try #require(Mutant.all.first { $0.name == name })
        let makeMutation = mutant.mutation()
        let harness = InMemoryHarness.make("broken") { MutantBus($0, makeMutation($0)) }
        var chaos = BusChaos(harness, seed: 3, duration: .seconds(5))
        chaos.episode = .seconds(5)
        let failure = await #expect(throws: BusChaosFailure.self) { try await chaos.run() }
        let text = try #require(failure).description
        #expect(text.contains("seed 3") && text.contains("ms: ") && text.contains("published"))
    }
}
