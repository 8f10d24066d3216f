import BusCore
import NIOCore

/// A connection that subscribes.
struct RedisSubscribing: RedisRole {
    static let part = 1

    private let names: RedisNames
    private var queue = RedisSubscribeQueue()
    /// Whether messages on the probe channel arrive here; the user may lack the right.
    private(set) var receivesProbes = false

    init(names: RedisNames) {
        self.names = names
    }

    mutating func subscribe(_ requests: [BusLinkSubscription], writer: inout RedisCommandWriter) {
        writer.subscribe(requests.lazy.map(\.channel.bytes), prefix: self.names.prefix)
        self.queue.append(subscribe: requests)
    }

    mutating func unsubscribe(_ channels: [BusChannel], writer: inout RedisCommandWriter) {
        writer.unsubscribe(channels.lazy.map(\.bytes), prefix: self.names.prefix)
        self.queue.append(unsubscribe: channels)
    }

    mutating func ping(_ token: UInt64, writer: inout RedisCommandWriter) {
        writer.command("PING")
        self.queue.append(ping: token)
    }

    func writeReadyCommand(into writer: inout RedisCommandWriter) {
        writer.subscribe([self.names.probeChannel], prefix: self.names.prefix)
    }

    mutating func isReady(_ reply: RedisReply) -> Bool {
        guard case .array(let parts) = reply, parts.count == 3, parts[0] == Self.subscribe else { return false }
        self.receivesProbes = parts[1] == .bulk(self.names.wireProbeChannel)
        return self.receivesProbes
    }

    mutating func received(payload: ByteBuffer, channel: ByteBuffer) -> RedisOutcome {
        if channel.readableBytes == self.names.wireProbeChannel.readableBytes, channel == self.names.wireProbeChannel {
            guard let token = RedisProbe.token(in: payload) else { return .malformed }
            return .probed(token: token)
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

    private static let subscribe = RedisReply.bulk(ByteBuffer(string: "subscribe"))
    private static let unsubscribe = RedisReply.bulk(ByteBuffer(string: "unsubscribe"))
    private static let pong = RedisReply.bulk(ByteBuffer(string: "pong"))

    private mutating func received(push parts: [RedisReply]) -> RedisOutcome {
        switch parts.first {
        case Self.subscribe where parts.count == 3:
            guard
                case .bulk(let channel) = parts[1],
                let name = self.names.stripped(channel),
                let request = self.queue.subscribed(),
                request.channel.bytes == name
            else { return .violation("the confirmation of another channel than the one asked for") }
            return .subscribed(token: request.token)
        case Self.unsubscribe where parts.count == 3:
            return self.queue.unsubscribed() ? .nothing : .violation("an unsubscription that nobody asked for")
        case Self.pong:
            return self.ponged()
        default:
            return .violation("an array that is no message")
        }
    }

    private mutating func ponged() -> RedisOutcome {
        guard let token = self.queue.ponged() else { return .violation("a PONG that nobody asked for") }
        return .probed(token: token)
    }

    private mutating func refused(_ text: String, writer: inout RedisCommandWriter) -> RedisOutcome {
        switch self.queue.refused() {
        case nil:
            return .violation("the error \(text.prefix(100)), which answers no command")
        case .unsubscribe:
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
        return .subscribeRefused(tokens: tokens, RedisErrorTable.error(for: text, command: "SUBSCRIBE"))
    }
}
