import NIOCore
import RedisTestSupport

@testable import RedisBus

/// Writes down what a reader finds, in the form of the tests' own parser.
struct ReplyRecorder: RedisReplySink {
    private(set) var replies: [RESPValue] = []
    /// The messages, which also appear in `replies`.
    private(set) var messages: [(channel: ByteBuffer, payload: ByteBuffer)] = []
    var stopsAfter = Int.max

    mutating func received(payload: ByteBuffer, channel: ByteBuffer) -> Bool {
        self.messages.append((channel, payload))
        return self.record(.array([.bulk(Array("message".utf8)), Self.bulk(channel), Self.bulk(payload)]))
    }

    mutating func received(payload: ByteBuffer, shardChannel: ByteBuffer) -> Bool {
        self.messages.append((shardChannel, payload))
        return self.record(.array([.bulk(Array("smessage".utf8)), Self.bulk(shardChannel), Self.bulk(payload)]))
    }

    mutating func received(integer: Int64) -> Bool {
        self.record(.integer(integer))
    }

    mutating func received(reply: RedisReply) -> Bool {
        self.record(Self.value(reply))
    }

    private mutating func record(_ value: RESPValue) -> Bool {
        self.replies.append(value)
        return self.replies.count < self.stopsAfter
    }

    private static func bulk(_ buffer: ByteBuffer) -> RESPValue {
        .bulk(Array(buffer.readableBytesView))
    }

    private static func value(_ reply: RedisReply) -> RESPValue {
        switch reply {
        case .status(let text): return .status(Array(text.utf8))
        case .error(let text): return .error(Array(text.utf8))
        case .integer(let number): return .integer(number)
        case .bulk(let buffer): return Self.bulk(buffer)
        case .null: return .null
        case .array(let elements): return .array(elements.map(Self.value))
        }
    }
}

extension RESPValue {
    /// The value as the reader hands it on: lines become text, in which bytes that are no UTF-8 are repaired.
    var withRepairedText: RESPValue {
        switch self {
        case .status(let bytes): .status(Self.repaired(bytes))
        case .error(let bytes): .error(Self.repaired(bytes))
        case .array(let elements): .array(elements.map(\.withRepairedText))
        case .integer, .bulk, .null: self
        }
    }

    private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        Array(String(decoding: bytes, as: UTF8.self).utf8)
    }
}
