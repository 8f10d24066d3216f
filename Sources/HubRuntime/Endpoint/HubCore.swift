package import BusCore
import HubProtocol
package import Logging
import NIOCore
import Synchronization

/// Everything that belongs to one hub on one node, without the hub's type.
///
/// It lives until ``stop(within:)``: the bus keeps it as a receiver, and the loops keep their connections.
package final class HubCore: Sendable {
    private struct State {
        var ports: [ShardPort] = []
        var subscription: (any BusSubscription)?
        var isStopping = false
        var isStopped = false
    }

    let configuration: HubEndpointConfiguration
    let limits: HubLimits
    let codecs: [any HubCodec]
    let dispatcher: any HubDispatcher
    let bus: any MessageBus
    package let name: String
    package let serverName: String
    let channels: BackplaneChannels
    let directory: GroupDirectory
    let connections = ConnectionTable()
    let acknowledgements = AcknowledgementTable()
    let counters = HubCounters()
    let live = Attendance()
    package let logger: Logger
    private let state = Mutex(State())
    /// The loops that got something during the present read of the bus.
    let staged = Mutex<[ShardPort]>([])

    package init(
        name: String,
        dispatcher: any HubDispatcher,
        bus: any MessageBus,
        configuration: HubEndpointConfiguration,
        logger: Logger
    ) {
        precondition(!configuration.codecs.isEmpty, "An endpoint needs at least one codec: add JSONHubCodec().")
        var logger = logger
        logger[metadataKey: "hub.name"] = "\(name)"
        self.configuration = configuration
        self.limits = HubLimits(configuration)
        self.codecs = configuration.codecs
        self.dispatcher = dispatcher
        self.bus = bus
        self.name = name
        self.serverName = configuration.serverName ?? Self.randomServerName()
        self.channels = BackplaneChannels(hub: name, server: self.serverName)
        self.directory = GroupDirectory(bus: bus)
        self.logger = logger
    }

    /// The loops that serve this hub.
    var ports: [ShardPort] { self.state.withLock { $0.ports } }

    var isStopping: Bool { self.state.withLock { $0.isStopping } }
    var isStopped: Bool { self.state.withLock { $0.isStopped } }

    package var statistics: HubStatistics {
        var value = self.counters.value
        value.connections = self.live.count
        value.channels = self.directory.channelCount
        return value
    }

    /// Registers the wish to receive what concerns every node.
    package func start() throws(BusError) {
        let subscription = try self.bus.subscribe(to: self.channels.permanent, receiver: self)
        let isFirst = self.state.withLock { state in
            guard state.subscription == nil, !state.isStopping else { return false }
            state.subscription = subscription
            return true
        }
        guard isFirst else { return subscription.cancel() }
        self.logger.info(
            "The hub is ready for connections.",
            metadata: ["hub.channel": "\(self.channels.all)", "hub.server": "\(self.serverName)"]
        )
    }

    /// Waits until the bus has confirmed what ``start()`` asked for.
    package func started(within limit: Duration) async throws {
        try await self.state.withLock { $0.subscription }?.active(within: limit)
    }

    /// Starts a connection.
    ///
    /// Must be called on the loop.
    func open(
        _ transport: any HubTransport,
        _ request: HubConnectionRequest,
        on eventLoop: any EventLoop
    ) -> HubConnection {
        self.live.enter()
        let port = self.port(on: eventLoop)
        let connection = port.loopShard.open(transport, request, port)
        if self.isStopping { connection.stop() }
        return connection
    }

    private func port(on eventLoop: any EventLoop) -> ShardPort {
        if let port = self.ports.first(where: { $0.eventLoop === eventLoop }) { return port }
        let port = ShardPort(core: self, on: eventLoop)
        self.state.withLock { $0.ports.append(port) }
        return port
    }

    /// Ends every connection and leaves the bus.
    package func stop(within limit: Duration) async {
        let ports = self.state.withLock { state in
            state.isStopping = true
            return state.ports
        }
        for port in ports { port.append(.stop) }
        await self.live.empty(within: limit)
        let subscription = self.state.withLock { state in
            state.isStopped = true
            state.ports = []
            defer { state.subscription = nil }
            return state.subscription
        }
        subscription?.cancel()
        self.directory.close()
    }

    /// 32 random hexadecimal digits behind a word, as .NET does it with the name of the machine.
    private static func randomServerName() -> String {
        var digits = ""
        for _ in 0..<4 {
            let part = String(UInt32.random(in: .min ... .max), radix: 16)
            digits += String(repeating: "0", count: 8 - part.utf8.count) + part
        }
        return "swift_\(digits)"
    }
}
