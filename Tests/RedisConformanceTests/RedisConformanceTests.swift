import BusConformance
import BusConformanceTesting
import BusCore
import Logging
import RedisBus
import RedisTestSupport
import Testing

/// The public kit against RedisBus on a real server.
@Suite("RedisBus conforms", .serialized, .timeLimit(.minutes(1)))
struct RedisConformanceTests {
    @Test(arguments: BusCheck.selected)
    func keeps(_ check: BusCheck) async throws {
        let server = try await RedisServer.started()
        try await check.verify(Self.harness(on: server))
    }

    private static func harness(on server: RedisServer) -> BusHarness {
        let faults = RedisFaults(server: server)
        var bounds = BusBounds(scaledBy: 4)
        bounds.publishesInFlight = 8_192
        return BusHarness(
            name: "RedisBus",
            bounds: bounds,
            scale: 0.1,
            faults: faults,
            inspector: RedisInspector(server: server)
        ) { nodes, namespace in
            var configuration = try RedisBusConfiguration(server.url)
            configuration.channelPrefix = namespace
            configuration.commandTimeout = .seconds(1)
            configuration.connectTimeout = .seconds(1)
            configuration.keepAlive = .milliseconds(300)
            return try (0..<nodes).map { node in
                configuration.clientName = "swift-hubs-\(node)"
                let bus = try RedisBus(
                    configuration: configuration,
                    logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
                )
                faults.add(bus, name: configuration.clientName)
                return bus
            }
        }
    }
}
