import BusCore
import Logging
import NIOCore

/// A Redis Cluster: its nodes are asked for the slot map, regularly and when something shows that it has changed.
final class RedisClusterTopology: RedisLinkTopology {
    private let prefix: ByteBuffer
    private let seeds: [RedisEndpoint]
    private let open: (RedisEndpoint) -> RedisControlConnection
    private let addressMap: (RedisEndpoint) -> RedisEndpoint
    private let eventLoop: any EventLoop
    private let logger: Logger

    private var link: RedisLink?
    private var shape: RedisClusterShape
    private var nodes: [RedisEndpoint] = []
    private var control: RedisControlConnection?
    /// How often the present node has been asked; another one is taken now and then.
    private var questions = 0
    private static let questionsPerNode = 6
    private var isAsking = false
    private var waiting: [(part: Int, promise: EventLoopPromise<RedisPlace>)] = []
    /// The node that the subscribing part of the classic mode was connected to last.
    private var latestSubscriber: RedisEndpoint?
    /// Whether the map may be out of date, so that it is asked for before the next connection.
    private var isStale = true

    init(
        mode: RedisClusterMode,
        configuration: RedisBusConfiguration,
        eventLoop: any EventLoop,
        logger: Logger,
        open: @escaping (RedisEndpoint) -> RedisControlConnection
    ) {
        self.prefix = ByteBuffer(string: configuration.channelPrefix)
        self.seeds = configuration.endpoints
        self.open = open
        self.addressMap = configuration.addressMap ?? { $0 }
        self.eventLoop = eventLoop
        self.logger = logger
        self.shape = RedisClusterShape(mode: mode)
    }

    var parts: [BusLinkPart] { self.shape.parts }

    func slot(of channel: ByteBuffer) -> Int { RedisKeySlot.of(prefix: self.prefix, channel) }

    func route(of channel: ByteBuffer) -> BusRoute { self.shape.route(ofSlot: self.slot(of: channel)) }

    func start(_ link: RedisLink) { self.link = link }

    func stop() {
        self.link = nil
        self.control?.close()
        self.control = nil
        self.fail(BusError(.closed, "The bus has been closed."))
    }

    func failed(_ part: Int, at place: RedisPlace, wasReady: Bool) { self.isStale = true }

    func poll() { self.ask() }

    func moved(_ moved: RedisMoved) {
        var moved = moved
        moved.endpoint = self.addressMap(moved.endpoint)
        if let change = self.shape.apply(moved) {
            self.follow(change)
        } else {
            self.ask()
        }
    }

    /// A channel whose hash tag is in a slot of the part's shard.
    func probeChannel(_ stem: String, of part: Int) -> ByteBuffer? {
        guard self.shape.mode == .sharded else { return ByteBuffer(string: stem) }
        guard let slot = self.shape.firstSlot(ofPart: part) else { return nil }
        return ByteBuffer(string: "\(stem):{\(RedisSlotTags.tag(ofSlot: slot))}")
    }

    // MARK: Where parts belong

    func locate(_ part: Int) -> EventLoopFuture<RedisPlace> {
        guard self.isStale, self.link != nil else { return self.answer(part) }
        let promise = self.eventLoop.makePromise(of: RedisPlace.self)
        self.waiting.append((part, promise))
        self.ask()
        return promise.futureResult
    }

    private func answer(_ part: Int) -> EventLoopFuture<RedisPlace> {
        guard let place = self.place(of: part) else {
            let error = BusError(.linkFailed, "No node of the Redis Cluster serves the slots of this connection.")
            return self.eventLoop.makeFailedFuture(error)
        }
        return self.eventLoop.makeSucceededFuture(place)
    }

    private func place(of part: Int) -> RedisPlace? {
        guard self.shape.shard(ofPart: part) == nil else {
            return self.shape.primary(ofPart: part).map { RedisPlace(endpoint: $0) }
        }
        guard let endpoint = self.subscribingNode() else { return nil }
        self.latestSubscriber = endpoint
        return RedisPlace(endpoint: endpoint, mustBePrimary: false)
    }

    /// A replica, to which nobody publishes: so each probe crosses the cluster's own bus.
    ///
    /// Another one than last time if there is one.
    private func subscribingNode() -> RedisEndpoint? {
        let replicas = Set(self.shape.replicas)
        let candidates = replicas.isEmpty ? Set(self.nodes) : replicas
        let others = candidates.subtracting(self.latestSubscriber.map { [$0] } ?? [])
        return others.randomElement() ?? Set(self.nodes).subtracting(candidates).randomElement() ?? candidates.first
    }

    // MARK: The slot map

    private func ask() {
        guard self.link != nil, !self.isAsking else { return }
        self.isAsking = true
        let connection = self.nextNode()
        connection.ask(["CLUSTER", "SLOTS"]) { [weak self] answer in
            self?.isAsking = false
            self?.take(answer, from: connection.endpoint)
        }
    }

    private func nextNode() -> RedisControlConnection {
        self.questions += 1
        if let control = self.control, !control.isOver, self.questions < Self.questionsPerNode { return control }
        self.questions = 0
        let previous = self.control
        previous?.close()
        let candidates = Set(self.nodes + self.seeds)
        let others = candidates.subtracting(previous.map { [$0.endpoint] } ?? [])
        let connection = self.open(others.randomElement() ?? self.seeds[0])
        self.control = connection
        return connection
    }

    private func take(_ result: Result<RedisReply, BusError>, from node: RedisEndpoint) {
        guard self.link != nil else { return }
        switch result {
        case .failure(let error):
            self.settle(error)
        case .success(.error(let text)):
            self.control?.close()
            self.settle(
                BusError(RedisErrorTable.code(for: text), "\(node) does not name the slots: \"\(text.prefix(200))\".")
            )
        case .success(let reply):
            guard let map = RedisSlotMap(reply, from: node, map: self.addressMap) else {
                self.control?.close()
                return self.settle(BusError(.linkFailed, "\(node) names no slots. Is the Redis Cluster formed?"))
            }
            self.isStale = false
            self.nodes = map.nodes
            self.follow(self.shape.apply(map))
            self.settle(nil)
        }
    }

    /// Answers those who wait for the map; with the one last known if there is no newer one.
    private func settle(_ error: BusError?) {
        if let error, !self.shape.isKnown { return self.fail(error) }
        let waiting = self.waiting
        self.waiting = []
        for (part, promise) in waiting { promise.completeWith(self.answer(part)) }
    }

    private func fail(_ error: BusError) {
        let waiting = self.waiting
        self.waiting = []
        for (_, promise) in waiting { promise.fail(error) }
    }

    private func follow(_ change: RedisClusterShape.Change) {
        if !change.moved.isEmpty {
            self.logger.info(
                "Another node is the primary of a shard.",
                metadata: ["redis.parts": "\(change.moved.sorted())"]
            )
        }
        if change.isRearranged { self.link?.rearranged() }
        for part in change.moved.sorted() { self.link?.leave(part, "Another node is the primary of its shard now.") }
    }
}
