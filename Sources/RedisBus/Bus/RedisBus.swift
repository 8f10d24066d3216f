public import BusCore
public import Logging
public import NIOCore

/// A bus over Redis' publish and subscribe.
///
/// Creating one never waits: it connects in the background, and keeps the application's subscriptions through any number of
/// disconnects, restarts and failovers. While Redis is out of reach, publishes are `.notSent` at once, one warning is logged,
/// and ``MessageBus/states`` tells; nothing is buffered. ``connect(_:logger:eventLoop:)`` waits where that is wanted.
///
/// Channel names and payloads are those of ASP.NET Core SignalR's Redis backplane: its nodes can share a server with these.
/// It takes one thread of its own, unless an event loop is given, and two connections.
public final class RedisBus: LinkedMessageBus {
    /// The bus that does the work.
    public let linked: LinkedBus

    /// What this bus was made with; its description hides the password.
    public let configuration: RedisBusConfiguration

    private let loop: RedisLoop

    /// Creates a bus from a connection string or a URL, which starts to connect in the background.
    ///
    /// - Parameters:
    ///   - string: Such as `redis.internal:6379,password=…,channelPrefix=MyApp:` or `redis://localhost:6379`; see
    ///     ``RedisBusConfiguration/init(_:)``.
    ///   - logger: Told once when an outage begins and once when it is over.
    ///   - eventLoop: Where the bus runs; it should serve nothing else. By default the bus makes a thread of its own.
    /// - Throws: ``RedisConfigurationError`` if the string cannot be used.
    public convenience init(
        _ string: String,
        logger: Logger = Logger(label: "hubs.redis"),
        eventLoop: (any EventLoop)? = nil
    ) throws(RedisConfigurationError) {
        try self.init(configuration: RedisBusConfiguration(string), logger: logger, eventLoop: eventLoop)
    }

    /// Creates a bus, which starts to connect in the background.
    ///
    /// - Parameters:
    ///   - configuration: How to find the server and how to behave.
    ///   - logger: Told once when an outage begins and once when it is over.
    ///   - eventLoop: Where the bus runs; it should serve nothing else. By default the bus makes a thread of its own.
    /// - Throws: ``RedisConfigurationError`` if a value makes no sense.
    public init(
        configuration: RedisBusConfiguration,
        logger: Logger = Logger(label: "hubs.redis"),
        eventLoop: (any EventLoop)? = nil
    ) throws(RedisConfigurationError) {
        try configuration.validate()
        self.configuration = configuration
        let loop = RedisLoop(eventLoop)
        let dialer: RedisDialer
        do throws(RedisConfigurationError) {
            dialer = try RedisDialer(configuration, loop: loop)
        } catch {
            loop.retire()
            throw error
        }
        self.loop = loop
        logger.info("Starting a bus over Redis.", metadata: ["redis.configuration": "\(configuration)"])
        for warning in configuration.warnings {
            logger.warning(
                "An option of the Redis configuration has no effect.",
                metadata: ["redis.option": "\(warning)"]
            )
        }
        self.linked = LinkedBus(
            link: RedisLink(configuration: configuration, dialer: dialer, loop: loop, logger: logger),
            executor: loop,
            capabilities: Self.promises(configuration.topology),
            limits: BusLimits(
                maximumPayloadBytes: configuration.maximumPayloadBytes,
                maximumChannelBytes: configuration.maximumChannelBytes,
                maximumChannels: 100_000
            ),
            configuration: LinkedBusConfiguration(configuration),
            logger: logger
        )
    }

    /// Creates a bus and, if the configuration says `abortConnect=true`, waits until it is connected.
    ///
    /// Without `abortConnect` this returns at once, like `init`. With it, the bus is closed again and an error thrown when
    /// ``RedisBusConfiguration/connectRetry`` attempts have failed, which takes no longer than that many times
    /// ``RedisBusConfiguration/connectTimeout`` and a second.
    ///
    /// - Parameters:
    ///   - configuration: How to find the server and how to behave.
    ///   - logger: Told once when an outage begins and once when it is over.
    ///   - eventLoop: Where the bus runs; it should serve nothing else. By default the bus makes a thread of its own.
    /// - Returns: The bus.
    /// - Throws: ``RedisConfigurationError`` if a value makes no sense; `BusError` with `.linkFailed` and the reason if the
    ///   server cannot be reached; `CancellationError` if the task is cancelled.
    public static func connect(
        _ configuration: RedisBusConfiguration,
        logger: Logger = Logger(label: "hubs.redis"),
        eventLoop: (any EventLoop)? = nil
    ) async throws -> RedisBus {
        let bus = try RedisBus(configuration: configuration, logger: logger, eventLoop: eventLoop)
        guard configuration.abortConnect else { return bus }
        if await bus.isConnectedInTime() { return bus }
        let health = await bus.health()
        await bus.close()
        try Task.checkCancellation()
        let attempts = "Redis was not reached in \(configuration.connectRetry) attempts, and abortConnect is true."
        throw BusError(.linkFailed, "\(attempts) \(health.reason ?? "")", cause: health.error)
    }

    /// Waits until the bus is connected, or has tried as often as the configuration wants, or the time for that is over.
    private func isConnectedInTime() async -> Bool {
        let retries = self.configuration.connectRetry
        let limit = (self.configuration.connectTimeout + .seconds(1)) * retries
        let states = self.states
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await state in states {
                    switch state {
                    case .connected, .degraded(.peer): return true
                    case .reconnecting(let attempt, _) where attempt >= retries: return false
                    default: continue
                    }
                }
                return false
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    /// Closes the bus: every subscription ends with `.closed`, pending publishes complete, the connections and the bus's own
    /// thread end.
    ///
    /// Idempotent and safe to call concurrently; all callers return when the bus is closed.
    public func close() async {
        await self.linked.close()
        await self.loop.shutDown()
    }

    /// What Redis' publish and subscribe can promise.
    ///
    /// One server has one order for everything it is given, and a loss can only happen on this bus's own connections. A failover
    /// can lose what the old primary took last, and nodes of a cluster can lose messages between them without telling anyone.
    private static func promises(_ topology: RedisTopology) -> BusCapabilities {
        switch topology {
        case .server:
            BusCapabilities(
                barrier: .cluster,
                totalOrder: true,
                crossChannelOrder: true,
                lossDetection: .complete,
                countsReceivers: true
            )
        case .sentinel:
            BusCapabilities(barrier: .cluster, totalOrder: true, crossChannelOrder: true, lossDetection: .linkOnly)
        case .cluster(.classic):
            BusCapabilities(barrier: .cluster, lossDetection: .linkOnly, fencesPublishes: false)
        case .cluster(.sharded):
            BusCapabilities(barrier: .cluster, totalOrder: true, lossDetection: .linkOnly)
        }
    }
}
