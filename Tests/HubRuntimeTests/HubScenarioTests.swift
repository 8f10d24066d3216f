import BusCore
import HubRuntimeTestSupport
import InMemoryBus
import Testing

@Suite(.timeLimit(.minutes(1))) struct HubScenarioTests {
    @Test(arguments: HubScenario.all)
    func onAnInMemoryBus(_ scenario: HubScenario) async throws {
        try await scenario.run { count in
            let broker = InMemoryBroker()
            return (0..<count).map { _ in InMemoryBus(broker: broker) }
        }
    }

    @Test(arguments: HubScenario.all, [1 as UInt64, 2])
    func onABusThatDeliversLater(_ scenario: HubScenario, seed: UInt64) async throws {
        try await scenario.run { count in
            let broker = InMemoryBroker(delivery: .deferred(seed: seed))
            return (0..<count).map { _ in InMemoryBus(broker: broker) }
        }
    }
}
