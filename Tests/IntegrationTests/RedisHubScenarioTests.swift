import BusCore
import HubRuntimeTestSupport
import Logging
import RedisBus
import RedisTestSupport
import Testing

/// What hubs must do on any bus, with two nodes on a real server.
@Suite("Hubs over RedisBus", .timeLimit(.minutes(1))) struct RedisHubScenarioTests {
    @Test(arguments: HubScenario.all)
    func keeps(_ scenario: HubScenario) async throws {
        let server = try await RedisServer.started()
        let url = server.url
        try await scenario.run { count in
            var buses: [any MessageBus] = []
            for _ in 0..<count {
                let bus = try RedisBus(url, logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() })
                try await bus.connected(within: .seconds(30))
                buses.append(bus)
            }
            return buses
        }
    }
}
