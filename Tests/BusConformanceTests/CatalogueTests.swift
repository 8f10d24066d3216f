import BusConformance
import Testing

/// The ids of the checks are API: unique, readable, and known to the command line.
@Suite(.timeLimit(.minutes(1)))
struct CatalogueTests {
    @Test func idsAreUnique() {
        let ids = BusCheck.all.map(\.id)
        #expect(Set(ids).count == ids.count)
        #expect(ids.allSatisfy { $0.split(separator: ".").count == 2 })
    }

    @Test func everyPropertyOfTheCoreIsThere() {
        let properties = Set(BusCheck.all.map(\.property))
        let core = Array(1...12) + [15, 16] + Array(23...37) + [43, 46, 47, 48, 49, 52, 61, 62, 67]
        #expect(core.filter { !properties.contains($0) } == [])
        #expect(properties.isSuperset(of: [2, 5, 6, 17, 20, 22, 63, 64]))
    }

    @Test func checksWithFaultsNeedTheirVerbs() async throws {
        let harness = BusHarness(name: "nothing") { _, _ in [] }
        for check in BusCheck.withFaults {
            guard case .skipped(let reason) = try await check.run(harness) else {
                Issue.record("\(check) ran without a fault injector")
                continue
            }
            #expect(reason.contains("fault"))
        }
    }
}
