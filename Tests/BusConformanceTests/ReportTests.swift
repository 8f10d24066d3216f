import BusConformance
import Foundation
import InMemoryTestSupport
import Testing

/// The runner and its report, without a test framework in between.
@Suite(.timeLimit(.minutes(1)))
struct ReportTests {
    @Test func runnerReportsEachVerdict() async throws {
        var harness = InMemoryHarness.make("with \"quotes\"\n")
        harness.faults = nil
        let ids = ["name.case", "close.no-leak", "recover.subscriptions"]
        let report = await BusConformanceRunner(harness).run(ids.compactMap(BusCheck.named))
        #expect(report.entries.map(\.verdict.name) == ["passed", "partly", "skipped"])
        let counts = report.counts
        #expect(counts == (passed: 1, partly: 1, skipped: 1, failed: 0))
    }

    @Test func jsonIsWellFormed() async throws {
        let harness = BusHarness(name: "with \"quotes\"\n\u{1}\\") { _, _ in [] }
        let report = await BusConformanceRunner(harness).run(BusCheck.all)
        let parsed = try JSONSerialization.jsonObject(with: Data(report.json().utf8))
        let object = try #require(parsed as? [String: Any])
        #expect(object["bus"] as? String == harness.name)
        #expect(object["failed"] as? Int == report.counts.failed)
        let checks = try #require(object["checks"] as? [[String: Any]])
        #expect(checks.count == BusCheck.all.count)
        #expect(checks.allSatisfy { $0["reason"] is String })
    }

    @Test func tableHasALineForEachCheck() async throws {
        var harness = InMemoryHarness.make("mute") { MutantBus($0, Mutant.mute) }
        harness.faults = nil
        harness.bounds = BusBounds(scaledBy: 0.1)
        let ids = ["close.use-after", "order.awaited", "recover.subscriptions"]
        let lines = await BusConformanceRunner(harness).run(ids.compactMap(BusCheck.named)).table().split(
            separator: "\n"
        )
        #expect(lines[0].hasPrefix("  # check"))
        #expect(lines[1].hasPrefix(" 24 close.use-after       passed "))
        #expect(lines[2].hasPrefix("  4 order.awaited         failed "))
        #expect(lines[3].hasPrefix("  5 recover.subscriptions skipped") && lines[3].contains("kill(both)"))
        #expect(lines[4] == "mute, seed 20260, scale 0.02: 1 passed, 0 partly, 1 skipped, 1 failed")
        #expect(lines[5].hasPrefix("order.awaited (property 4, seed 20260)"))
    }

    @Test func failureNamesSeedAndLedger() async throws {
        var harness = InMemoryHarness.make("mute") { MutantBus($0, Mutant.mute) }
        harness.seed = 4_711
        harness.bounds = BusBounds(scaledBy: 0.1)
        let check = try #require(BusCheck.named("order.awaited"))
        do {
            _ = try await check.run(harness)
            Issue.record("a bus that delivers nothing passed")
        } catch let failure as BusCheckFailure {
            #expect(failure.check == "order.awaited")
            #expect(failure.property == 4)
            #expect(failure.description.contains("seed 4711"))
            #expect(failure.ledger.contains { $0.subscriber == "subscriber on node 1" })
        }
    }

    @Test(arguments: [["--only"], ["--only", "no.such"], ["--scale", "big"], ["--surprise"]])
    func badArgumentsAreNamed(_ arguments: [String]) async {
        let runner = BusConformanceRunner(BusHarness(name: "nothing") { _, _ in [] })
        await #expect(throws: BusConformanceUsageError.self) {
            _ = try await runner.run(arguments: ["program"] + arguments)
        }
    }
}
