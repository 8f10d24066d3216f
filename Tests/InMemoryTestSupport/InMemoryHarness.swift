package import BusConformance
package import BusCore
package import InMemoryBus

/// The harness of a healthy in-memory bus, and of one that wraps it.
package enum InMemoryHarness {
    package static func make(
        _ name: String,
        delivery: InMemoryBroker.Delivery = .immediate,
        scale: Double = 0.02,
        factor: Double = 1,
        isPrefixed: Bool = true,
        wrap: @escaping @Sendable (InMemoryBus) -> any MessageBus = { $0 }
    ) -> BusHarness {
        let broker = InMemoryBroker(delivery: delivery)
        let faults = InMemoryFaults(broker: broker)
        var configuration = InMemoryBus.defaultConfiguration
        configuration.publishDeadline = .milliseconds(200)
        configuration.maximumPublishesInFlight = 1_000
        var bounds = BusBounds(scaledBy: factor)
        bounds.publishesInFlight = configuration.maximumPublishesInFlight
        let settings = configuration
        return BusHarness(name: name, bounds: bounds, scale: scale, faults: faults, inspector: faults) {
            nodes,
            prefix in
            (0..<nodes).map { _ in
                let bus = InMemoryBus(broker: broker, prefix: isPrefixed ? prefix : "", configuration: settings)
                let face = wrap(bus)
                faults.add(bus, as: face)
                return face
            }
        }
    }
}
