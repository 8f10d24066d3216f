import BusCore
import DequeModule
import NIOCore

/// A link to a small broker whose every step the test decides: what has been sent and not executed, what has been answered and
/// not read, when a connection dies, and when a channel moves to other parts.
///
/// `@unchecked Sendable`: everything runs on the thread of one test.
final class ScriptedLink: BusLink, @unchecked Sendable {
    enum Command {
        case subscribe(BusLinkSubscription)
        case unsubscribe(BusChannel)
        case publish(id: ByteBuffer, channel: BusChannel, token: UInt64)
        case probe(UInt64)
    }

    enum Reply {
        case subscribed(UInt64)
        case refused(UInt64)
        case withdrawn(BusChannel)
        case message(BusChannel, ByteBuffer)
        case published(UInt64)
        case publishRefused(UInt64)
        case probed(part: Int, UInt64)
    }

    struct Connection {
        var number: UInt64
        var isUp = false
        var commands: Deque<Command> = []
        var replies: Deque<Reply> = []
    }

    private(set) var parts: [BusLinkPart] = []
    var events: BusLinkEvents?
    var connections: [Connection?] = []
    /// What the broker has taken, by channel.
    var log: [BusChannel: [ByteBuffer]] = [:]
    /// What the present connection of each subscribing part is subscribed to.
    private(set) var subscribed: [Set<BusChannel>] = []
    /// The shards of channels that are not served by the first one.
    private var shards: [BusChannel: Int] = [:]
    var denied: Set<BusChannel> = []
    var largestBatch = 0
    var connectAttempts = 0
    /// How often the bus has dropped a connection.
    private(set) var disconnects = 0
    /// How often subscriptions may have been interrupted.
    private(set) var interruptions = 0
    /// What the bus did that no bus may do.
    private(set) var misuses: [String] = []

    init(shards: Int = 1) { for _ in 0..<shards { self.addShard() } }

    func start(events: BusLinkEvents) { self.events = events }

    func connect(_ part: Int, connection: UInt64) {
        if self.connections[part] != nil { self.misuses.append("connect of \(part), which has a connection") }
        if self.parts[part].isRetired { self.misuses.append("connect of \(part), which is retired") }
        self.connectAttempts += 1
        self.connections[part] = Connection(number: connection)
    }

    func disconnect(_ part: Int) {
        self.disconnects += 1
        self.drop(part)
    }

    func subscribe(_ requests: [BusLinkSubscription], on part: Int) {
        self.largestBatch = max(self.largestBatch, requests.count)
        for request in requests { self.send(.subscribe(request), on: part) }
    }

    func unsubscribe(_ channels: [BusChannel], on part: Int) {
        for channel in channels { self.send(.unsubscribe(channel), on: part) }
    }

    func publish(_ payload: ByteBuffer, to channel: BusChannel, token: UInt64, on part: Int) -> BusLinkPublishAnswer {
        self.send(.publish(id: payload, channel: channel, token: token), on: part)
        return .pending
    }

    func probe(token: UInt64) {
        for publishing in stride(from: 0, to: self.parts.count, by: 2) {
            let part = self.isUp(publishing) ? publishing : publishing + 1
            self.connections[part]?.commands.append(.probe(token))
        }
    }

    func flush() {}

    private func send(_ command: Command, on part: Int) {
        if !self.isUp(part) { self.misuses.append("a command on \(part), which is not connected") }
        self.connections[part]?.commands.append(command)
    }

    // MARK: Shards

    func route(of channel: BusChannel) -> BusRoute {
        let shard = self.shards[channel] ?? 0
        return BusRoute(publishing: 2 * shard, subscribing: 2 * shard + 1)
    }

    var shardsInUse: [Int] { (0..<self.parts.count / 2).filter { !self.parts[2 * $0].isRetired } }

    /// Adds a shard; the bus has to be told that parts have changed.
    func addShard() {
        let shard = self.parts.count / 2
        self.parts += [
            BusLinkPart(role: .publishing, name: "publish link \(shard)"),
            BusLinkPart(role: .subscribing, name: "subscription link \(shard)"),
        ]
        self.connections += [nil, nil]
        self.subscribed += [[], []]
    }

    /// Takes a shard out of use or into it; the bus has to be told.
    func setRetired(_ shard: Int, _ isRetired: Bool) {
        for part in [2 * shard, 2 * shard + 1] { self.parts[part].isRetired = isRetired }
    }

    /// Has another shard serve a channel; the bus has to be told.
    func move(_ channel: BusChannel, to shard: Int) { self.shards[channel] = shard }

    func shard(of channel: BusChannel) -> Int { self.shards[channel] ?? 0 }

    /// Tells the bus that parts or routes have changed.
    func rearrange() {
        self.interruptions += 1
        self.events?.rearranged()
        self.events?.readCompleted()
    }

    /// The broker ends a subscription by itself.
    func withdraw(_ channel: BusChannel, on part: Int) {
        guard self.subscribed[part].remove(channel) != nil else { return }
        self.interruptions += 1
        self.reply(.withdrawn(channel), on: part)
    }

    // MARK: What the test does

    func isUp(_ part: Int) -> Bool { self.connections[part]?.isUp == true }
    func isConnecting(_ part: Int) -> Bool { self.connections[part]?.isUp == false }

    func finishConnecting(_ part: Int, succeeds: Bool) {
        guard self.isConnecting(part), let number = self.connections[part]?.number else { return }
        if succeeds {
            self.connections[part]?.isUp = true
            self.events?.connected(part, connection: number)
        } else {
            self.connections[part] = nil
            self.events?.lost(part, connection: number, error: BusError(.linkFailed, "refused"))
        }
        self.events?.readCompleted()
    }

    /// The connection dies: some of what was sent is still executed, nothing more is read.
    func kill(_ part: Int, executing count: Int) {
        guard let number = self.connections[part]?.number else { return }
        for _ in 0..<count { self.execute(part) }
        self.drop(part)
        self.events?.lost(part, connection: number, error: BusError(.linkFailed, "killed"))
        self.events?.readCompleted()
    }

    /// The broker executes the next command.
    func execute(_ part: Int) {
        guard let command = self.connections[part]?.commands.popFirst() else { return }
        switch command {
        case .subscribe(let request):
            if self.denied.contains(request.channel) { return self.reply(.refused(request.token), on: part) }
            self.subscribed[part].insert(request.channel)
            self.reply(.subscribed(request.token), on: part)
        case .unsubscribe(let channel): self.subscribed[part].remove(channel)
        case .publish(let id, let channel, let token):
            if self.denied.contains(channel) { return self.reply(.publishRefused(token), on: part) }
            self.accept(id, on: channel)
            self.reply(.published(token), on: part)
        case .probe(let token):
            let first = part - part % 2
            for target in first...first + 1 where self.isUp(target) {
                self.reply(.probed(part: target, token), on: target)
            }
        }
    }

    /// Somebody publishes: every part that is subscribed gets it, also one that serves the channel no more.
    func accept(_ id: ByteBuffer, on channel: BusChannel) {
        self.log[channel, default: []].append(id)
        for part in self.parts.indices where self.subscribed[part].contains(channel) {
            self.reply(.message(channel, id), on: part)
        }
    }

    /// The node reads some replies.
    func read(_ part: Int, _ count: Int) {
        for _ in 0..<count {
            guard let reply = self.connections[part]?.replies.popFirst() else { break }
            switch reply {
            case .subscribed(let token): self.events?.subscribed(token)
            case .refused(let token): self.events?.refused(token, error: BusError(.unauthorized, "denied"))
            case .withdrawn(let channel): self.events?.withdrawn(channel.bytes, on: part)
            case .message(let channel, let id): self.events?.message(on: channel.bytes, payload: id, from: part)
            case .published(let token): self.events?.published(token, receivers: nil, on: part)
            case .publishRefused(let token):
                self.events?.publishRefused(token, error: BusError(.unauthorized, "denied"), on: part)
            case .probed(let target, let token): self.events?.probed(target, token: token)
            }
        }
        self.events?.readCompleted()
    }

    /// Executes and reads everything.
    func settle() {
        for _ in 0..<3 {
            for part in self.parts.indices {
                while self.connections[part]?.commands.isEmpty == false { self.execute(part) }
            }
            for part in self.parts.indices { self.read(part, 1_000_000) }
        }
    }

    private func reply(_ reply: Reply, on part: Int) {
        guard self.isUp(part) else { return }
        self.connections[part]?.replies.append(reply)
    }

    private func drop(_ part: Int) {
        if self.parts[part].role == .subscribing, self.isUp(part) { self.interruptions += 1 }
        self.connections[part] = nil
        self.subscribed[part] = []
    }
}
