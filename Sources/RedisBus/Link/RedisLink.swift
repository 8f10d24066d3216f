import BusCore
import Logging
import NIOCore

/// Two connections to one Redis server: one publishes, one subscribes.
///
/// Redis takes no other commands on a connection that subscribes, and two keep a flood of messages from delaying publishes.
///
/// `@unchecked Sendable`: the constants are Sendable; the variables are touched on the event loop only, where the bus calls
/// its link and NIO its handlers (each entry that could come from elsewhere checks it).
final class RedisLink: BusLink, @unchecked Sendable {
    let parts = [
        BusLinkPart(role: .publishing, name: "publishing connection to Redis"),
        BusLinkPart(role: .subscribing, name: "subscribing connection to Redis"),
    ]

    private let loop: RedisLoop
    private let configuration: RedisBusConfiguration
    private let dialer: RedisDialer
    private let names: RedisNames
    private var events: BusLinkEvents?
    private var publisher: RedisConnection<RedisPublishing>?
    private var subscriber: RedisConnection<RedisSubscribing>?

    init(configuration: RedisBusConfiguration, dialer: RedisDialer, loop: RedisLoop) {
        self.configuration = configuration
        self.dialer = dialer
        self.loop = loop
        self.names = RedisNames(prefix: configuration.channelPrefix)
    }

    deinit {
        self.loop.retire()
    }

    func start(events: BusLinkEvents) {
        self.loop.eventLoop.preconditionInEventLoop()
        self.events = events
    }

    // MARK: Connections

    func connect(_ part: Int, connection: UInt64) {
        self.loop.eventLoop.preconditionInEventLoop()
        guard let events = self.events else { return }
        do throws(RedisProtocolError) {
            if part == RedisPublishing.part {
                self.publisher = try self.open(RedisPublishing(names: self.names), connection, events)
            } else {
                self.subscriber = try self.open(RedisSubscribing(names: self.names), connection, events)
            }
        } catch {
            events.lost(part, connection: connection, error: BusError(.linkFailed, error.description, cause: error))
            events.readCompleted()
        }
    }

    func disconnect(_ part: Int) {
        self.loop.eventLoop.preconditionInEventLoop()
        if part == RedisPublishing.part {
            self.publisher?.abandon()
            self.publisher = nil
        } else {
            self.subscriber?.abandon()
            self.subscriber = nil
        }
    }

    /// Starts an attempt to connect.
    private func open<Role: RedisRole>(
        _ role: Role,
        _ number: UInt64,
        _ events: BusLinkEvents
    ) throws(RedisProtocolError) -> RedisConnection<Role> {
        let connection = try RedisConnection(
            number: number,
            role: role,
            configuration: self.configuration,
            events: events
        )
        let bound = NIOLoopBound(connection, eventLoop: self.loop.eventLoop)
        let endpoint = self.configuration.endpoints[0]
        self.dialer.withCredentials { [dialer] result in
            guard !bound.value.isOver else { return }
            switch result {
            case .failure(let error):
                bound.value.failed(error)
            case .success(let credentials):
                bound.value.signIn(with: credentials)
                dialer.connect(to: endpoint) { bound.value }
                    .whenFailure { bound.value.failed(dialer.error($0, endpoint: endpoint)) }
            }
        }
        return connection
    }

    // MARK: Commands

    func subscribe(_ requests: [BusLinkSubscription], on part: Int) {
        guard !requests.isEmpty else { return }
        self.subscriber?.write { role, writer in role.subscribe(requests, writer: &writer) }
    }

    func unsubscribe(_ channels: [BusChannel], on part: Int) {
        guard !channels.isEmpty else { return }
        self.subscriber?.write { role, writer in role.unsubscribe(channels, writer: &writer) }
    }

    func publish(_ payload: ByteBuffer, to channel: BusChannel, token: UInt64, on part: Int) -> BusLinkPublishAnswer {
        guard let publisher = self.publisher, publisher.isReady else {
            return .refused(
                BusError(.notSent, "The publishing connection to Redis is not ready; the message was not sent.")
            )
        }
        publisher.write { role, writer in role.publish(payload, to: channel.bytes, token: token, writer: &writer) }
        return .pending
    }

    func probe(token: UInt64) {
        let subscriber = self.subscriber.flatMap { $0.isReady ? $0 : nil }
        let publisher = self.publisher.flatMap { $0.isReady ? $0 : nil }
        let endToEnd = publisher != nil && subscriber?.role.receivesProbes == true
        publisher?.write { role, writer in role.probe(token, endToEnd: endToEnd, writer: &writer) }
        if !endToEnd {
            subscriber?.write { role, writer in role.ping(token, writer: &writer) }
        }
    }

    func flush() {
        self.publisher?.flush()
        self.subscriber?.flush()
    }
}
