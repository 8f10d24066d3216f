import BusCore
import NIOCore

/// A connection that publishes.
struct RedisPublishing: RedisRole {
    private let names: RedisNames
    /// Whether it publishes to one shard of a cluster, so that the link has to follow slots that move.
    private let isSharded: Bool
    private var queue = RedisPublishQueue()
    /// Whether the number of receivers in a reply is the number of all: the server has no replicas and no cluster.
    var countsReceivers = false

    init(names: RedisNames, isSharded: Bool = false) {
        self.names = names
        self.isSharded = isSharded
    }

    mutating func publish(
        _ payload: ByteBuffer,
        to channel: ByteBuffer,
        token: UInt64,
        writer: inout RedisCommandWriter
    ) {
        if self.isSharded {
            writer.publish(payload, to: channel, prefix: self.names.prefix, kind: .shard)
            self.queue.append(.tracked)
        } else {
            writer.publish(payload, to: channel, prefix: self.names.prefix)
            self.queue.append(publish: token)
        }
    }

    /// Publishes a probe; its channel is one to which this node is subscribed.
    mutating func probe(_ probe: RedisProbe, on channel: ByteBuffer, writer: inout RedisCommandWriter) {
        self.write(probe.payload, to: channel, writer: &writer)
        self.queue.append(.probe(token: probe.token))
    }

    /// Asks for a sign of life; no message comes of it.
    mutating func ping(_ token: UInt64, writer: inout RedisCommandWriter) {
        writer.command("PING")
        self.queue.append(.probe(token: token))
    }

    /// Tells the other nodes of this one.
    mutating func tell(_ note: RedisPeerNote, writer: inout RedisCommandWriter) {
        self.write(note.payload, to: self.names.notes, writer: &writer)
        self.queue.append(.note)
    }

    /// Asks whether the server is still a primary.
    mutating func askRole(writer: inout RedisCommandWriter) {
        writer.command("ROLE")
        self.queue.append(.role)
    }

    private func write(_ payload: ByteBuffer, to channel: ByteBuffer, writer: inout RedisCommandWriter) {
        if self.isSharded {
            writer.publish(payload, to: channel, prefix: self.names.prefix, kind: .shard)
        } else {
            writer.publish(payload, to: channel, prefix: self.names.prefix)
        }
    }

    func writeReadyCommand(into writer: inout RedisCommandWriter) {
        writer.command("PING")
    }

    mutating func isReady(_ reply: RedisReply) -> Bool {
        reply == .status("PONG")
    }

    mutating func received(payload: ByteBuffer, channel: ByteBuffer) -> RedisOutcome {
        .violation("a message on the connection that publishes")
    }

    mutating func received(integer: Int64) -> RedisOutcome {
        switch self.queue.removeFirst() {
        case .publish(let token):
            return .published(token: token, receivers: self.countsReceivers ? Int(clamping: integer) : nil)
        case .tracked: return .news(.answered(error: nil))
        case .probe(let token): return .probed(token: token)
        case .note: return .nothing
        case .role, nil: return .violation("a reply that nobody asked for")
        }
    }

    mutating func received(reply: RedisReply, writer: inout RedisCommandWriter) -> RedisOutcome {
        let answered = self.queue.removeFirst()
        switch (answered, reply) {
        case (.publish(let token), .error(let text)):
            return .publishRefused(token: token, RedisErrorTable.error(for: text, command: "PUBLISH"))
        case (.tracked, .error(let text)):
            return .news(.answered(error: text))
        case (.probe(let token), .status("PONG")):
            return .probed(token: token)
        case (.probe(let token), .error(let text)):
            if text.hasPrefix("MOVED ") { return .news(.probeStrayed) }
            // Refusing a probe is an answer too: the server lives. Other errors leave the probe unanswered.
            return RedisErrorTable.isDenial(text) ? .probed(token: token) : .nothing
        case (.role, .array):
            return RedisServerRole(reply).map { .news(.role($0)) } ?? .nothing
        case (.role, .error), (.note, .error):
            // The user lacks the right: the link does without.
            return .nothing
        default:
            return .violation("a reply that fits no command")
        }
    }
}
