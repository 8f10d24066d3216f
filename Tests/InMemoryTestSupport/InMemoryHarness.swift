package import BusConformance
package import BusCore
package import InMemoryBus
import Logging

/// The harness of a healthy in-memory bus, and of one that wraps it.
package enum InMemoryHarness {
    /// Short deadlines, and jitter that a check can see.
    package static var configuration: LinkedBusConfiguration {
        var configuration = InMemoryBus.defaultConfiguration
        configuration.publishDeadline = .milliseconds(200)
        configuration.maximumPublishesInFlight = 1_000
        configuration.probeInterval = .milliseconds(200)
        configuration.probeDeadline = .milliseconds(200)
        configuration.firstReconnectDelay = .milliseconds(40)
        return configuration
    }

    package static func make(
        _ name: String,
        delivery: InMemoryBroker.Delivery = .immediate,
        scale: Double = 0.02,
        factor: Double = 1,
        isPrefixed: Bool = true,
        canStall: Bool = false,
        configuration: LinkedBusConfiguration = Self.configuration,
        wrap: @escaping @Sendable (InMemoryBus) -> any MessageBus = { $0 }
    ) -> BusHarness {
        let broker = InMemoryBroker(delivery: delivery)
        let faults = InMemoryFaults(broker: broker, canStall: canStall)
        var bounds = BusBounds(scaledBy: factor)
        bounds.stall = .milliseconds(500)
        bounds.reconnectSpread = .milliseconds(4)
        bounds.publishesInFlight = configuration.maximumPublishesInFlight
        return BusHarness(name: name, bounds: bounds, scale: scale, faults: faults, inspector: faults) {
            nodes,
            prefix in
            (0..<nodes).map { _ in
                let bus = InMemoryBus(
                    broker: broker,
                    prefix: isPrefixed ? prefix : "",
                    configuration: configuration,
                    logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
                )
                let face = wrap(bus)
                faults.add(bus, as: face)
                return face
            }
        }
    }
}
