import BusConformance
import BusConformanceTesting
import InMemoryBus
import InMemoryTestSupport
import Testing

/// The public kit against the in-memory bus.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct InMemoryBusConformance {
    @Test(arguments: BusCheck.selected)
    func withImmediateDelivery(_ check: BusCheck) async throws {
        try await check.verify(InMemoryHarness.make("InMemoryBus"))
    }

    @Test(arguments: BusCheck.selected)
    func withDeferredDelivery(_ check: BusCheck) async throws {
        try await check.verify(InMemoryHarness.make("InMemoryBus, deferred", delivery: .deferred(seed: 7)))
    }
}
