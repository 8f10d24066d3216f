public import BusCore
public import Logging

/// A bus inside the process: nothing to install, the same rules as any other.
///
/// Each bus is a node of an ``InMemoryBroker``; buses that share a broker reach each other. Receivers run on the thread of the
/// publisher, after the publish has been taken, or on another one if somebody publishes to the same node at the same time.
///
/// Faults can be injected, so that an application's behaviour in an outage can be tested without a real backend: ``cut(_:)``,
/// ``stallPublishing()``, ``starve()``, ``deny(_:)``, ``restore()``.
public final class InMemoryBus: LinkedMessageBus {
    /// The bus that does the work.
    public let linked: LinkedBus
    private let link: InMemoryLink

    /// Creates a node of a broker.
    ///
    /// It is connected at once.
    ///
    /// - Parameters:
    ///   - broker: The broker; buses that share one reach each other.
    ///   - prefix: Stands before every channel's name in the broker; separates applications that share one.
    ///   - configuration: Deadlines and bounds.
    ///   - logger: Told once when an injected outage begins and once when it is over.
    public init(
        broker: InMemoryBroker = InMemoryBroker(),
        prefix: String = "",
        configuration: LinkedBusConfiguration = InMemoryBus.defaultConfiguration,
        logger: Logger = Logger(label: "hubs.bus.memory")
    ) {
        let link = InMemoryLink(broker: broker, prefix: prefix)
        self.link = link
        self.linked = LinkedBus(
            link: link,
            executor: InlineBusExecutor(),
            capabilities: BusCapabilities(
                barrier: .cluster,
                totalOrder: true,
                crossChannelOrder: broker.delivery == .immediate,
                lossDetection: .complete,
                countsReceivers: true
            ),
            limits: BusLimits(
                maximumPayloadBytes: 8 * 1024 * 1024,
                maximumChannelBytes: 4_096,
                maximumChannels: 1_000_000
            ),
            configuration: configuration,
            logger: logger
        )
    }

    deinit {
        self.link.leave()
    }

    /// The defaults of ``LinkedBusConfiguration``, with reconnects within 50 milliseconds: there is nobody to spare.
    public static var defaultConfiguration: LinkedBusConfiguration {
        var configuration = LinkedBusConfiguration()
        configuration.firstReconnectDelay = .milliseconds(5)
        configuration.maximumReconnectDelay = .milliseconds(50)
        return configuration
    }

    // MARK: Faults

    /// Cuts this node off, or one half of its link: publishes are `.notSent`, or messages do not arrive, until ``restore()``.
    ///
    /// - Parameter halves: What is cut.
    public func cut(_ halves: InMemoryHalf = .both) {
        self.link.cut(halves)
    }

    /// Leaves publishes unanswered: they end `.indeterminate`, and are taken at ``restore()``.
    public func stallPublishing() {
        self.link.stallPublishing()
    }

    /// Keeps the subscribing half connected and lets nothing through it; a probe finds out.
    public func starve() {
        self.link.starve()
    }

    /// Refuses a channel to this node.
    ///
    /// - Parameter channel: The channel.
    public func deny(_ channel: BusChannel) {
        self.link.deny(channel)
    }

    /// Ends every fault; the bus reconnects by itself.
    public func restore() {
        self.link.restore()
    }

    /// Closes the bus; see ``MessageBus/close()``.
    public func close() async {
        await self.linked.close()
        self.link.leave()
    }
}
