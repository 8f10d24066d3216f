package import BusConformance
import Logging
import RedisBus
package import RedisTestSupport

/// The harness of RedisBus on a real server, each bus behind a proxy.
package enum RedisHarness {
    /// Makes a harness.
    ///
    /// - Parameters:
    ///   - server: The server; it runs.
    ///   - faults: Breaks it; nil for an injector that nobody else uses.
    ///   - scale: How much of the catalogue's numbers to run.
    ///   - isQuick: Whether deadlines are short; otherwise they are the product's own.
    /// - Returns: The harness.
    package static func make(
        on server: RedisServer,
        faults: RedisFaults? = nil,
        scale: Double = 0.1,
        isQuick: Bool = true
    ) -> BusHarness {
        let faults = faults ?? RedisFaults(server: server)
        var bounds = BusBounds(scaledBy: 4)
        bounds.publishesInFlight = 8_192
        if isQuick { bounds.stall = .seconds(2) }
        return BusHarness(
            name: "RedisBus",
            bounds: bounds,
            scale: scale,
            faults: faults,
            inspector: RedisInspector(server: server, faults: faults)
        ) { nodes, namespace in
            var buses: [RedisBus] = []
            for _ in 0..<nodes {
                buses.append(try await faults.node { try Self.bus(port: $0, name: $1, prefix: namespace, isQuick) })
            }
            return buses
        }
    }

    private static func bus(port: Int, name: String, prefix: String, _ isQuick: Bool) throws -> RedisBus {
        var configuration = try RedisBusConfiguration("redis://127.0.0.1:\(port)")
        configuration.clientName = name
        configuration.channelPrefix = prefix
        if isQuick {
            configuration.commandTimeout = .seconds(1)
            configuration.connectTimeout = .seconds(1)
            configuration.keepAlive = .milliseconds(300)
        }
        return try RedisBus(
            configuration: configuration,
            logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}
