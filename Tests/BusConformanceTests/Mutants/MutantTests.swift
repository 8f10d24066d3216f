import BusConformance
import BusCore
import InMemoryBus
import InMemoryTestSupport
import Testing

/// The proof that the kit has teeth: every broken bus is noticed, by the checks that are meant to notice it and by no other.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct MutantTests {
    @Test(arguments: Mutant.all)
    func isNoticedByTheRightChecks(_ mutant: Mutant) async throws {
        let failed = await Self.failures(of: mutant)
        let missed = mutant.fails.subtracting(failed.keys)
        #expect(missed.isEmpty, "these checks do not notice that it \(mutant.name)")
        for (id, failure) in failed where !mutant.fails.contains(id) && !mutant.mayFail.contains(id) {
            Issue.record("this check fails too for a bus that \(mutant.name): \(failure)")
        }
    }

    @Test func everyExecutablePropertyKillsAMutant() {
        let killing = Mutant.all.reduce(into: WireMutantTests.killing) { $0.formUnion($1.fails) }
        let unproven = BusCheck.all.map(\.id).filter { !killing.contains($0) }
        #expect(unproven.isEmpty)
    }

    @Test func mutantsNameChecksThatExist() {
        for mutant in Mutant.all {
            #expect(!mutant.fails.isEmpty)
            #expect(mutant.fails.union(mutant.mayFail).allSatisfy { BusCheck.named($0) != nil }, "\(mutant.name)")
        }
    }

    private static let lanes = 10

    /// Runs every check, some at a time: most of the time is spent waiting for what a mutant never does.
    private static func failures(of mutant: Mutant) async -> [String: BusCheckFailure] {
        let checks = BusCheck.all.filter { mutant.only?.contains($0.id) ?? true }
        return await withTaskGroup { group in
            for lane in 0..<Self.lanes {
                group.addTask {
                    var failures: [String: BusCheckFailure] = [:]
                    for (number, check) in checks.enumerated() where number % Self.lanes == lane {
                        do {
                            _ = try await check.run(Self.harness(of: mutant))
                        } catch let failure as BusCheckFailure {
                            failures[check.id] = failure
                        } catch {
                            Issue.record("\(check): \(error)")
                        }
                    }
                    return failures
                }
            }
            return await group.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        }
    }

    private static func harness(of mutant: Mutant) -> BusHarness {
        let makeMutation = mutant.mutation()
        var configuration = InMemoryHarness.configuration
        mutant.configure(&configuration)
        return InMemoryHarness.make(
            "mutant",
            isPrefixed: mutant.isPrefixed,
            canStall: mutant.only != nil,
            configuration: configuration
        ) { MutantBus($0, makeMutation($0)) }
    }
}
