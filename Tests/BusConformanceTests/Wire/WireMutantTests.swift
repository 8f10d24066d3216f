import BusConformance
import BusConformanceTesting
import BusCore
import Testing

/// What costs a wire something is only seen in a bus that has one: a link of a hundred lines, sound and broken.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct WireMutantTests {
    /// The checks that are proven here.
    static let killing: Set<String> = ["reconnect.cost", "link.slow", "recover.silent-server"]

    @Test(arguments: BusCheck.all.filter { killing.contains($0.id) || $0.id == "recover.subscriptions" })
    func aSoundBusPasses(_ check: BusCheck) async throws {
        #expect(try await check.run(WireHarness.make()) == .passed)
    }

    @Test func aCommandForEachChannelIsNoticed() async throws {
        let harness = WireHarness.make(configure: { $0.subscribeBatch = 1 })
        try await Self.expectFailure(of: "reconnect.cost", harness)
    }

    @Test func waitingForEachAnswerIsNoticed() async throws {
        let harness = WireHarness.make(wrap: { OneAtATimeBus($0) })
        try await Self.expectFailure(of: "link.slow", harness)
    }

    @Test func hammeringASilentServerIsNoticed() async throws {
        let harness = WireHarness.make(configure: { configuration in
            configuration.connectDeadline = .milliseconds(1)
            configuration.firstReconnectDelay = .zero
            configuration.maximumReconnectDelay = .milliseconds(1)
        })
        try await Self.expectFailure(of: "recover.silent-server", harness)
    }

    private static func expectFailure(of id: String, _ harness: BusHarness) async throws {
        let check = try #require(BusCheck.named(id))
        await #expect(throws: BusCheckFailure.self) { try await check.run(harness) }
    }
}
