import BusCore
import NIOCore

/// What the author of a backend writes: the wire, and nothing of what makes a bus correct.
///
/// `@unchecked Sendable`: everything but the constants is touched on the broker's event loop only.
final class WireLink: BusLink, @unchecked Sendable {
    private static let publishing = 0
    private static let subscribing = 1

    let parts = [
        BusLinkPart(role: .publishing, name: "publishing wire"),
        BusLinkPart(role: .subscribing, name: "subscribing wire"),
    ]
    private let broker: WireBroker
    private let prefix: [UInt8]
    private var events: BusLinkEvents?
    private var connections: [Int: UInt64] = [:]

    init(broker: WireBroker, prefix: String) {
        self.broker = broker
        self.prefix = Array(prefix.utf8)
    }

    func start(events: BusLinkEvents) {
        self.events = events
        self.broker.add(self)
    }

    func connect(_ part: Int, connection: UInt64) {
        self.connections[part] = connection
        self.broker.countAttempt()
        self.answer(part) { $0.connected(part, connection: connection) }
    }

    func disconnect(_ part: Int) {
        self.connections[part] = nil
        if part == Self.subscribing { self.broker.remove(self) }
        if !self.connections.isEmpty { self.broker.add(self) }
    }

    func subscribe(_ requests: [BusLinkSubscription], on part: Int) {
        self.broker.countSubscribe()
        self.answer(part) { events in
            for request in requests {
                self.broker.subscribe(self, to: self.outside(request.channel), as: request.channel)
                events.subscribed(request.token)
            }
        }
    }

    func unsubscribe(_ channels: [BusChannel], on part: Int) {
        for channel in channels { self.broker.unsubscribe(self, from: self.outside(channel)) }
    }

    func publish(_ payload: ByteBuffer, to channel: BusChannel, token: UInt64, on part: Int) -> BusLinkPublishAnswer {
        self.broker.later {
            let receivers = self.broker.publish(payload, to: self.outside(channel))
            self.answer(part, trips: 1) { $0.published(token, receivers: receivers, on: part) }
        }
        return .pending
    }

    func probe(token: UInt64) {
        for part in self.connections.keys { self.answer(part) { $0.probed(part, token: token) } }
    }

    func flush() {}

    // MARK: From the broker

    func deliver(_ payload: ByteBuffer, on channel: BusChannel) {
        guard self.connections[Self.subscribing] != nil else { return }
        self.events?.message(on: channel.bytes, payload: payload, from: Self.subscribing)
        self.events?.readCompleted()
    }

    func hangUp() {
        let connections = self.connections
        self.connections = [:]
        for channel in [Self.publishing, Self.subscribing] {
            guard let connection = connections[channel] else { continue }
            self.events?.lost(channel, connection: connection, error: BusError(.linkFailed, "The wire was cut."))
        }
        self.broker.remove(self)
        self.broker.add(self)
        self.events?.readCompleted()
    }

    /// Tells the bus something after a round trip, if the connection is still the same then.
    private func answer(_ part: Int, trips: Int64 = 2, _ body: @escaping @Sendable (BusLinkEvents) -> Void) {
        let connection = self.connections[part]
        self.broker.later(trips: trips) {
            guard let events = self.events, connection != nil, self.connections[part] == connection else { return }
            body(events)
            events.readCompleted()
        }
    }

    private func outside(_ channel: BusChannel) -> BusChannel {
        BusChannel(bytes: ByteBuffer(bytes: self.prefix + channel.bytes.readableBytesView))
    }
}
