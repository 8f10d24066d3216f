import BusCore
import Logging
import NIOCore

/// The connections to the Redis servers that a topology names: for publishing and for subscribing.
///
/// Redis takes no other commands on a connection that subscribes, and two keep a flood of messages from delaying publishes.
///
/// `@unchecked Sendable`: the constants are Sendable; the variables are touched on the event loop only, where the bus calls
/// its link and NIO its handlers (each entry that could come from elsewhere checks it).
final class RedisLink: BusLink, @unchecked Sendable {
    /// One part: the attempt to connect it, or its connection.
    struct Part {
        /// The number of the present attempt; 0 when there is none.
        var attempt: UInt64 = 0
        var publisher: RedisConnection<RedisPublishing>?
        var subscriber: RedisConnection<RedisSubscribing>?

        var place: RedisPlace? { self.publisher?.place ?? self.subscriber?.place }
        var isReady: Bool { self.publisher?.isReady == true || self.subscriber?.isReady == true }
    }

    let loop: RedisLoop
    let configuration: RedisBusConfiguration
    let dialer: RedisDialer
    let logger: Logger
    let names: RedisNames
    /// Whether channels belong to shards, and publishes have to follow slots that move.
    let isSharded: Bool
    let topology: any RedisLinkTopology
    var events: BusLinkEvents?
    var open: [Part]
    var probe: RedisProbeRound?
    /// Publishes whose slot may move; nil where slots mean nothing.
    var redirections: RedisRedirections?
    var peers: RedisPeerTable
    let ownNode: RedisPeerNote.NodeID
    let nodeName: String
    var silentPeers: [String] = []
    var timers: [Scheduled<Void>?] = [nil, nil]
    var hasWarnedOfCluster = false
    var diagnosis: RedisControlConnection?

    init(configuration: RedisBusConfiguration, dialer: RedisDialer, loop: RedisLoop, logger: Logger) {
        self.configuration = configuration
        self.dialer = dialer
        self.loop = loop
        self.logger = logger
        self.names = RedisNames(prefix: configuration.channelPrefix)
        self.topology = RedisTopologies.make(configuration, dialer: dialer, loop: loop, logger: logger)
        self.open = self.topology.parts.map { _ in Part() }
        self.isSharded = configuration.topology == .cluster(.sharded)
        if self.isSharded { self.redirections = RedisRedirections() }
        self.ownNode = .random()
        self.nodeName = configuration.nodeName ?? RedisPeerNote.defaultName
        self.peers = RedisPeerTable(own: self.ownNode, interval: TimeAmount(configuration.heartbeat))
    }

    deinit {
        self.loop.retire()
    }

    var parts: [BusLinkPart] { self.topology.parts }

    func route(of channel: BusChannel) -> BusRoute { self.topology.route(of: channel.bytes) }

    func start(events: BusLinkEvents) {
        self.loop.eventLoop.preconditionInEventLoop()
        self.events = events
        self.topology.start(self)
        self.startTimers()
    }

    func stop() {
        self.loop.eventLoop.preconditionInEventLoop()
        self.tellPeers(.leaving)
        self.flush()
        self.stopTimers()
        self.topology.stop()
        self.diagnosis?.close()
        self.diagnosis = nil
        self.events = nil
    }

    // MARK: Commands

    func subscribe(_ requests: [BusLinkSubscription], on part: Int) {
        guard !requests.isEmpty else { return }
        self.open[part].subscriber?.write { role, writer in role.subscribe(requests, writer: &writer) }
    }

    func unsubscribe(_ channels: [BusChannel], on part: Int) {
        guard !channels.isEmpty else { return }
        self.open[part].subscriber?.write { role, writer in role.unsubscribe(channels, writer: &writer) }
    }

    func publish(_ payload: ByteBuffer, to channel: BusChannel, token: UInt64, on part: Int) -> BusLinkPublishAnswer {
        guard let publisher = self.open[part].publisher, publisher.isReady else { return .refused(.publisherNotReady) }
        if self.isSharded { return self.publishInSlot(payload, to: channel, token: token, on: part) }
        publisher.write { role, writer in role.publish(payload, to: channel.bytes, token: token, writer: &writer) }
        return .pending
    }

    func flush() {
        for part in self.open.indices {
            self.open[part].publisher?.flush()
            self.open[part].subscriber?.flush()
        }
    }
}

extension BusError {
    fileprivate static var publisherNotReady: BusError {
        BusError(.notSent, "The publishing connection to Redis is not ready; the message was not sent.")
    }
}
