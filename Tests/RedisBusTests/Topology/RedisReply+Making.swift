import NIOCore

@testable import RedisBus

extension RedisReply {
    static func text(_ text: String) -> RedisReply { .bulk(ByteBuffer(string: text)) }

    static func texts(_ texts: String...) -> RedisReply { .array(texts.map(RedisReply.text)) }

    /// A node in the reply to `CLUSTER SLOTS`.
    static func node(_ host: String, _ port: Int64) -> RedisReply {
        .array([.text(host), .integer(port), .text("0123456789abcdef")])
    }

    /// A range in the reply to `CLUSTER SLOTS`.
    static func range(_ first: Int64, _ last: Int64, _ nodes: RedisReply...) -> RedisReply {
        .array([.integer(first), .integer(last)] + nodes)
    }
}

extension RedisEndpoint {
    static func at(_ host: String, _ port: Int) -> RedisEndpoint { .tcp(host: host, port: port) }
}
