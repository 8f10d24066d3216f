import BusCore
import NIOCore

/// A connection that subscribes.
struct RedisSubscribing: RedisRole {
    private let names: RedisNames
    /// Whether it subscribes to one shard of a cluster, where a command names channels of one slot only.
    private let isSharded: Bool
    private var queue = RedisSubscribeQueue()
    /// The channel on which this node's own probes arrive, without and with the prefix.
    private var probeChannel: ByteBuffer
    private var wireProbeChannel: ByteBuffer
    private var probesArrive = false
    /// Whether the shard has given up the channel for probes, and no other is confirmed yet.
    private(set) var hasLostProbes = false
    /// Whether the nodes' common channel is subscribed to.
    private(set) var hearsPeers = false

    /// Makes the role of a new connection.
    ///
    /// - Parameters:
    ///   - names: The names of the bus's own channels.
    ///   - probeChannel: The channel for probes; nil if there is none that this connection could subscribe to.
    ///   - isSharded: Whether it subscribes to one shard of a cluster.
    init(names: RedisNames, probeChannel: ByteBuffer?, isSharded: Bool = false) {
        self.names = names
        self.isSharded = isSharded
        self.probeChannel = probeChannel ?? ByteBuffer()
        self.wireProbeChannel = probeChannel.map(names.wire) ?? ByteBuffer()
    }

    /// Where to publish a probe so that it arrives here; nil if the user lacks the right, or there is no such channel now.
    var probeTarget: ByteBuffer? { self.probesArrive ? self.probeChannel : nil }

    // MARK: Commands

    mutating func subscribe(_ requests: [BusLinkSubscription], writer: inout RedisCommandWriter) {
        for requests in self.bySlot(requests, \.channel) {
            writer.subscribe(requests.lazy.map(\.channel.bytes), prefix: self.names.prefix, kind: self.kind)
            self.queue.append(subscribe: requests)
        }
    }

    mutating func unsubscribe(_ channels: [BusChannel], writer: inout RedisCommandWriter) {
        for channels in self.bySlot(channels, \.self) {
            writer.unsubscribe(channels.lazy.map(\.bytes), prefix: self.names.prefix, kind: self.kind)
            self.queue.append(unsubscribe: channels)
        }
    }

    mutating func ping(_ token: UInt64, writer: inout RedisCommandWriter) {
        writer.command("PING")
        self.queue.append(ping: token)
    }

    /// Subscribes to the nodes' common channel.
    mutating func hearPeers(writer: inout RedisCommandWriter) {
        writer.subscribe(CollectionOfOne(self.names.notes), prefix: self.names.prefix, kind: self.kind)
        self.queue.append(own: self.names.wireNotes)
    }

    /// Receives probes on another channel from now on.
    mutating func receiveProbes(on channel: ByteBuffer?, writer: inout RedisCommandWriter) {
        self.probesArrive = false
        self.probeChannel = channel ?? ByteBuffer()
        self.wireProbeChannel = channel.map(self.names.wire) ?? ByteBuffer()
        guard let channel else { return }
        writer.subscribe(CollectionOfOne(channel), prefix: self.names.prefix, kind: self.kind)
        self.queue.append(own: self.wireProbeChannel)
    }

    private var kind: RedisChannelKind { self.isSharded ? .shard : .ordinary }

    /// Splits a command where the cluster wants one for each slot.
    private func bySlot<Element>(_ elements: [Element], _ channel: (Element) -> BusChannel) -> [[Element]] {
        guard self.isSharded else { return [elements] }
        var groups: [Int: [Element]] = [:]
        for element in elements {
            groups[RedisKeySlot.of(prefix: self.names.prefix, channel(element).bytes), default: []].append(element)
        }
        return Array(groups.values)
    }

    // MARK: Handshake

    func writeReadyCommand(into writer: inout RedisCommandWriter) {
        if self.probeChannel.readableBytes > 0 {
            writer.subscribe(CollectionOfOne(self.probeChannel), prefix: self.names.prefix, kind: self.kind)
        } else {
            writer.command("PING")
        }
    }

    mutating func isReady(_ reply: RedisReply) -> Bool {
        guard self.probeChannel.readableBytes > 0 else { return reply == .status("PONG") }
        guard case .array(let parts) = reply, parts.count == 3, parts[0] == self.subscribed else { return false }
        self.probesArrive = parts[1] == .bulk(self.wireProbeChannel)
        return self.probesArrive
    }

    // MARK: What comes

    mutating func received(payload: ByteBuffer, channel: ByteBuffer) -> RedisOutcome {
        if channel.readableBytes == self.wireProbeChannel.readableBytes, channel == self.wireProbeChannel {
            return RedisProbe(payload).map { .news(.probe($0)) } ?? .malformed
        }
        if channel.readableBytes == self.names.wireNotes.readableBytes, channel == self.names.wireNotes {
            // A note that cannot be read is one of a later version.
            return RedisPeerNote(payload).map { .news(.peer($0)) } ?? .nothing
        }
        guard let name = self.names.stripped(channel) else { return .malformed }
        return .message(channel: name, payload: payload)
    }

    mutating func received(integer: Int64) -> RedisOutcome {
        .violation("an integer on the connection that subscribes")
    }

    mutating func received(reply: RedisReply, writer: inout RedisCommandWriter) -> RedisOutcome {
        switch reply {
        case .array(let parts): return self.received(push: parts)
        case .error(let text): return self.refused(text, writer: &writer)
        case .status("PONG"): return self.ponged()
        default: return .violation("a reply that fits no command")
        }
    }

    private var subscribed: RedisReply { self.isSharded ? Self.ssubscribe : Self.subscribe }
    private var unsubscribed: RedisReply { self.isSharded ? Self.sunsubscribe : Self.unsubscribe }
    private static let subscribe = RedisReply.bulk(ByteBuffer(string: "subscribe"))
    private static let unsubscribe = RedisReply.bulk(ByteBuffer(string: "unsubscribe"))
    private static let ssubscribe = RedisReply.bulk(ByteBuffer(string: "ssubscribe"))
    private static let sunsubscribe = RedisReply.bulk(ByteBuffer(string: "sunsubscribe"))
    private static let pong = RedisReply.bulk(ByteBuffer(string: "pong"))

    private mutating func received(push parts: [RedisReply]) -> RedisOutcome {
        guard parts.count == 3, case .bulk(let channel) = parts[1] else {
            return parts.first == Self.pong ? self.ponged() : .violation("an array that is no message")
        }
        switch parts[0] {
        case self.subscribed: return self.subscribed(channel)
        case self.unsubscribed: return self.unsubscribed(channel)
        default: return .violation("an array that is no message")
        }
    }

    private mutating func subscribed(_ channel: ByteBuffer) -> RedisOutcome {
        if self.queue.subscribed(own: channel) { return self.subscribed(own: channel) }
        guard
            let name = self.names.stripped(channel),
            let request = self.queue.subscribed(),
            request.channel.bytes == name
        else { return .violation("the confirmation of another channel than the one asked for") }
        return .subscribed(token: request.token)
    }

    private mutating func subscribed(own channel: ByteBuffer) -> RedisOutcome {
        if channel == self.names.wireNotes {
            self.hearsPeers = true
            return .news(.hearsPeers)
        }
        if channel == self.wireProbeChannel {
            self.probesArrive = true
            self.hasLostProbes = false
        }
        return .nothing
    }

    private mutating func unsubscribed(_ channel: ByteBuffer) -> RedisOutcome {
        guard let name = self.names.stripped(channel) else { return .violation("an unsubscription of another bus") }
        if self.queue.unsubscribed(name) { return .nothing }
        guard self.isSharded else { return .violation("an unsubscription that nobody asked for") }
        if channel == self.wireProbeChannel {
            self.probesArrive = false
            self.hasLostProbes = true
            return .news(.withdrawn(.probes))
        }
        if channel == self.names.wireNotes {
            self.hearsPeers = false
            return .news(.withdrawn(.notes))
        }
        return .news(.withdrawn(.channel(name)))
    }

    private mutating func ponged() -> RedisOutcome {
        guard let token = self.queue.ponged() else { return .violation("a PONG that nobody asked for") }
        return .probed(token: token)
    }

    private mutating func refused(_ text: String, writer: inout RedisCommandWriter) -> RedisOutcome {
        switch self.queue.refused() {
        case nil:
            return .violation("the error \(text.prefix(100)), which answers no command")
        case .unsubscribe, .own:
            return .nothing
        case .ping(let token):
            return RedisErrorTable.isDenial(text) ? .probed(token: token) : .nothing
        case .subscribe(let requests, let withdrawn):
            return self.refused(requests, withdrawn, text, writer: &writer)
        }
    }

    /// Redis refuses a whole SUBSCRIBE for one channel without naming it: ask again in halves.
    private mutating func refused(
        _ requests: [BusLinkSubscription],
        _ withdrawn: [UInt64],
        _ text: String,
        writer: inout RedisCommandWriter
    ) -> RedisOutcome {
        var tokens = withdrawn
        if requests.count > 1, RedisErrorTable.isDenial(text) {
            let middle = requests.count / 2
            self.subscribe(Array(requests[..<middle]), writer: &writer)
            self.subscribe(Array(requests[middle...]), writer: &writer)
        } else {
            tokens += requests.map(\.token)
        }
        guard !tokens.isEmpty else { return .nothing }
        if text.hasPrefix("MOVED ") { return .news(.subscriptionsMoved(tokens: tokens, error: text)) }
        return .subscribeRefused(tokens: tokens, RedisErrorTable.error(for: text, command: "SUBSCRIBE"))
    }
}
