import BusCore
import NIOCore
import Synchronization

/// The link of one node to the broker: two halves, as a Redis node has two connections.
final class InMemoryLink: BusLink {
    static let publishing = 0
    static let subscribing = 1

    /// Publishes that a stalled broker has neither taken nor refused.
    private struct Stalled {
        var payload: ByteBuffer
        var channel: BusChannel
        var token: UInt64
    }

    private struct Faults {
        var denied: Set<BusChannel> = []
        var stalled: [Stalled] = []
        /// The attempt to connect the publishing half that a stalled broker has not answered.
        var unansweredConnect: UInt64?
    }

    let parts = [
        BusLinkPart(role: .publishing, name: "publish link"),
        BusLinkPart(role: .subscribing, name: "subscription link"),
    ]
    private let broker: InMemoryBroker
    private let prefix: ByteBuffer
    private let sink = Mutex<BusLinkEvents?>(nil)
    private let faults = Mutex(Faults())
    private let stall = Atomic<Bool>(false)
    private let starvation = Atomic<Bool>(false)
    private let denies = Atomic<Bool>(false)

    init(broker: InMemoryBroker, prefix: String) {
        self.broker = broker
        self.prefix = ByteBuffer(string: prefix)
    }

    static func half(of part: Int) -> InMemoryHalf { part == Self.publishing ? .publishing : .subscribing }

    var events: BusLinkEvents? { self.sink.withLock { $0 } }
    var isStalled: Bool { self.stall.load(ordering: .acquiring) }
    var isStarved: Bool { self.starvation.load(ordering: .acquiring) }

    // MARK: BusLink

    func start(events: BusLinkEvents) {
        self.sink.withLock { $0 = events }
    }

    func connect(_ part: Int, connection: UInt64) {
        if part == Self.subscribing { self.starvation.store(false, ordering: .releasing) }
        switch self.broker.connect(self, part, connection: connection) {
        case true?: self.events?.connected(part, connection: connection)
        case false?: self.events?.lost(part, connection: connection, error: Self.cutError)
        case nil: self.faults.withLock { $0.unansweredConnect = connection }
        }
    }

    func disconnect(_ part: Int) {
        self.broker.disconnect(self, part)
    }

    func subscribe(_ requests: [BusLinkSubscription], on part: Int) {
        for request in requests {
            if self.isDenied(request.channel) {
                self.events?.refused(request.token, error: Self.deniedError(request.channel))
            } else {
                self.broker.subscribe(self, to: self.outside(request.channel), token: request.token)
            }
        }
    }

    func unsubscribe(_ channels: [BusChannel], on part: Int) {
        for channel in channels { self.broker.unsubscribe(self, from: self.outside(channel)) }
    }

    func publish(_ payload: ByteBuffer, to channel: BusChannel, token: UInt64, on part: Int) -> BusLinkPublishAnswer {
        if self.isDenied(channel) { return .refused(Self.deniedError(channel)) }
        if self.isStalled, self.hold(payload, channel, token) { return .pending }
        return .accepted(receivers: self.broker.publish(payload, to: self.outside(channel), by: self))
    }

    func probe(token: UInt64) {
        guard !self.isStalled else { return }
        self.events?.probed(Self.publishing, token: token)
        if !self.isStarved { self.events?.probed(Self.subscribing, token: token) }
    }

    func flush() {}

    // MARK: Delivery

    /// Delivers a message now.
    func deliver(_ payload: ByteBuffer, on channel: BusChannel) {
        self.events?.message(on: self.inside(channel).bytes, payload: payload, from: Self.subscribing)
    }

    // MARK: Faults

    func cut(_ halves: InMemoryHalf) {
        for (part, connection) in self.broker.cut(self, halves) {
            self.events?.lost(part, connection: connection, error: Self.cutError)
        }
        if halves.contains(.publishing) { self.faults.withLock { $0.stalled = [] } }
    }

    func stallPublishing() {
        self.stall.store(true, ordering: .releasing)
    }

    func starve() {
        self.starvation.store(true, ordering: .releasing)
    }

    func deny(_ channel: BusChannel) {
        self.faults.withLock { _ = $0.denied.insert(channel) }
        self.denies.store(true, ordering: .releasing)
    }

    /// Ends every fault.
    ///
    /// Publishes that were stalled are taken now.
    func restore() {
        self.broker.restore(self)
        self.starvation.store(false, ordering: .releasing)
        self.denies.store(false, ordering: .releasing)
        let (stalled, connection) = self.faults.withLock { faults in
            defer { faults = Faults() }
            self.stall.store(false, ordering: .releasing)
            return (faults.stalled, faults.unansweredConnect)
        }
        if let connection { self.connect(Self.publishing, connection: connection) }
        for publish in stalled {
            let receivers = self.broker.publish(publish.payload, to: self.outside(publish.channel))
            self.events?.published(publish.token, receivers: receivers, on: Self.publishing)
        }
    }

    func leave() {
        self.broker.forget(self)
        self.sink.withLock { $0 = nil }
    }

    private func hold(_ payload: ByteBuffer, _ channel: BusChannel, _ token: UInt64) -> Bool {
        self.faults.withLock { faults in
            guard self.isStalled else { return false }
            faults.stalled.append(Stalled(payload: payload, channel: channel, token: token))
            return true
        }
    }

    private func isDenied(_ channel: BusChannel) -> Bool {
        self.denies.load(ordering: .acquiring) && self.faults.withLock { $0.denied.contains(channel) }
    }

    // MARK: Names

    /// The name of a channel in the broker.
    private func outside(_ channel: BusChannel) -> BusChannel {
        guard self.prefix.readableBytes > 0 else { return channel }
        var bytes = self.prefix
        bytes.writeImmutableBuffer(channel.bytes)
        return BusChannel(bytes: bytes)
    }

    /// The name on the bus of a channel of the broker.
    func inside(_ channel: BusChannel) -> BusChannel {
        guard self.prefix.readableBytes > 0 else { return channel }
        var bytes = channel.bytes
        bytes.moveReaderIndex(forwardBy: self.prefix.readableBytes)
        return BusChannel(bytes: bytes)
    }

    private static var cutError: BusError {
        BusError(.linkFailed, "The node has been cut off from the in-memory broker.")
    }

    private static func deniedError(_ channel: BusChannel) -> BusError {
        BusError(.unauthorized, "The in-memory broker denies the channel \(channel) to this node.")
    }
}
