import BusConformance
import BusCore
import Logging
import NIOCore
import NIOPosix

/// A bus over a ``WireLink``, for what cannot be seen in a bus that has no wire.
enum WireHarness {
    static func make(
        configure: (inout LinkedBusConfiguration) -> Void = { _ in },
        wrap: @escaping @Sendable (any MessageBus) -> any MessageBus = { $0 }
    ) -> BusHarness {
        let broker = WireBroker(eventLoop: MultiThreadedEventLoopGroup.singleton.next())
        let faults = WireFaults(broker: broker)
        var configuration = LinkedBusConfiguration()
        configuration.connectDeadline = .milliseconds(300)
        configuration.probeInterval = .milliseconds(300)
        configuration.probeDeadline = .milliseconds(500)
        configure(&configuration)
        let settings = configuration
        return BusHarness(name: "wire", scale: 0.02, faults: faults, inspector: faults) { nodes, namespace in
            (0..<nodes).map { _ in
                wrap(
                    WireBus(
                        linked: LinkedBus(
                            link: WireLink(broker: broker, prefix: namespace),
                            executor: EventLoopBusExecutor(broker.eventLoop),
                            capabilities: BusCapabilities(
                                barrier: .cluster,
                                totalOrder: true,
                                crossChannelOrder: true,
                                lossDetection: .complete,
                                countsReceivers: true
                            ),
                            limits: BusLimits(
                                maximumPayloadBytes: 1024 * 1024,
                                maximumChannelBytes: 1_024,
                                maximumChannels: 10_000
                            ),
                            configuration: settings,
                            logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() }
                        )
                    )
                )
            }
        }
    }

    private struct WireFaults: BusFaultInjector, BusInspector {
        let broker: WireBroker
        let verbs: Set<BusFaultVerb> = [.kill(.both), .slow, .blackhole(.both)]

        func kill(_ part: BusFaultPart) async throws {
            try await self.broker.eventLoop.submit { self.broker.kill() }.get()
        }

        /// This wire carries messages whole: only its latency counts.
        func slow(bytesPerWrite: Int, latency: Duration) async throws {
            try await self.broker.eventLoop.submit { self.broker.latency = TimeAmount(latency) }.get()
        }

        func blackhole(_ part: BusFaultPart) async throws {
            try await self.broker.eventLoop.submit { self.broker.silence() }.get()
        }

        func heal() async throws {
            try await self.broker.eventLoop.submit { self.broker.heal() }.get()
        }

        func subscribers(of channel: BusChannel, in namespace: String) async throws -> Int? { nil }
        func connections() async throws -> Int? { nil }
        func acceptedMessages() async throws -> Int? { nil }

        func connectionAttempts() async throws -> Int? {
            try await self.broker.eventLoop.submit { self.broker.attempts }.get()
        }

        func subscribeCommands() async throws -> Int? {
            try await self.broker.eventLoop.submit { self.broker.subscribeCommands }.get()
        }
    }

    private final class WireBus: LinkedMessageBus {
        let linked: LinkedBus

        init(linked: LinkedBus) {
            self.linked = linked
        }
    }
}
