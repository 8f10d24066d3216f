import BusCore
import NIOCore

/// A connection that publishes.
struct RedisPublishing: RedisRole {
    static let part = 0

    private let names: RedisNames
    private var queue = RedisPublishQueue()

    init(names: RedisNames) {
        self.names = names
    }

    mutating func publish(
        _ payload: ByteBuffer,
        to channel: ByteBuffer,
        token: UInt64,
        writer: inout RedisCommandWriter
    ) {
        writer.publish(payload, to: channel, prefix: self.names.prefix)
        self.queue.append(publish: token)
    }

    /// Publishes on the probe channel; with PING instead, no message comes of it.
    mutating func probe(_ token: UInt64, endToEnd: Bool, writer: inout RedisCommandWriter) {
        if endToEnd {
            writer.publish(RedisProbe.payload(token), to: self.names.probeChannel, prefix: self.names.prefix)
        } else {
            writer.command("PING")
        }
        self.queue.append(probe: token)
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
        case .publish(let token): return .published(token: token, receivers: Int(clamping: integer))
        case .probe(let token): return .probed(token: token)
        case nil: return .violation("a reply that nobody asked for")
        }
    }

    mutating func received(reply: RedisReply, writer: inout RedisCommandWriter) -> RedisOutcome {
        let answered = self.queue.removeFirst()
        switch (answered, reply) {
        case (.publish(let token), .error(let text)):
            return .publishRefused(token: token, RedisErrorTable.error(for: text, command: "PUBLISH"))
        case (.probe(let token), .status("PONG")):
            return .probed(token: token)
        case (.probe(let token), .error(let text)):
            // Refusing a probe is an answer too: the server lives. Other errors leave the probe unanswered.
            return RedisErrorTable.isDenial(text) ? .probed(token: token) : .nothing
        default:
            return .violation("a reply that fits no command")
        }
    }
}
