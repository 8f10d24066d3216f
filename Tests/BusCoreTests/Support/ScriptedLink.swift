import BusCore
import DequeModule
import NIOCore

/// A link to a small broker whose every step the test decides: what has been sent and not executed, what has been answered and
/// not read, and when a connection dies.
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

    static let publishing = 0
    static let subscribing = 1

    let parts = [
        BusLinkPart(role: .publishing, name: "publish link"),
        BusLinkPart(role: .subscribing, name: "subscription link"),
    ]
    var events: BusLinkEvents?
    var connections: [Connection?] = [nil, nil]
    /// What the broker has taken, by channel.
    var log: [BusChannel: [ByteBuffer]] = [:]
    /// What the present subscription connection is subscribed to.
    var subscribed: Set<BusChannel> = []
    var denied: Set<BusChannel> = []
    var largestBatch = 0
    var connectAttempts = 0
    /// How often a subscription connection was lost.
    private(set) var losses = 0

    func start(events: BusLinkEvents) { self.events = events }

    func connect(_ part: Int, connection: UInt64) {
        self.connectAttempts += 1
        self.connections[part] = Connection(number: connection)
    }

    func disconnect(_ part: Int) { self.drop(part) }

    func subscribe(_ requests: [BusLinkSubscription], on part: Int) {
        self.largestBatch = max(self.largestBatch, requests.count)
        for request in requests { self.connections[part]?.commands.append(.subscribe(request)) }
    }

    func unsubscribe(_ channels: [BusChannel], on part: Int) {
        for channel in channels { self.connections[part]?.commands.append(.unsubscribe(channel)) }
    }

    func publish(_ payload: ByteBuffer, to channel: BusChannel, token: UInt64, on part: Int) -> BusLinkPublishAnswer {
        self.connections[part]?.commands.append(.publish(id: payload, channel: channel, token: token))
        return .pending
    }

    func probe(token: UInt64) {
        let part = self.isUp(Self.publishing) ? Self.publishing : Self.subscribing
        self.connections[part]?.commands.append(.probe(token))
    }

    func flush() {}

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
            self.subscribed.insert(request.channel)
            self.reply(.subscribed(request.token), on: part)
        case .unsubscribe(let channel):
            self.subscribed.remove(channel)
        case .publish(let id, let channel, let token):
            if self.denied.contains(channel) { return self.reply(.publishRefused(token), on: part) }
            self.accept(id, on: channel)
            self.reply(.published(token), on: part)
        case .probe(let token):
            for target in self.parts.indices where self.isUp(target) {
                self.reply(.probed(part: target, token), on: target)
            }
        }
    }

    /// Somebody publishes.
    func accept(_ id: ByteBuffer, on channel: BusChannel) {
        self.log[channel, default: []].append(id)
        if self.subscribed.contains(channel) { self.reply(.message(channel, id), on: Self.subscribing) }
    }

    /// The node reads some replies.
    func read(_ part: Int, _ count: Int) {
        for _ in 0..<count {
            guard let reply = self.connections[part]?.replies.popFirst() else { break }
            switch reply {
            case .subscribed(let token): self.events?.subscribed(token)
            case .refused(let token): self.events?.refused(token, error: BusError(.unauthorized, "denied"))
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
        if part == Self.subscribing, self.isUp(part) { self.losses += 1 }
        self.connections[part] = nil
        if part == Self.subscribing { self.subscribed = [] }
    }
}
