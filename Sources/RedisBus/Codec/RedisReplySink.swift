import NIOCore

/// Takes what a ``HiredisReader`` finds, in the order of the wire.
///
/// Each method returns whether to go on: after `false` the reader reports nothing more, ever. The owner of a link
/// returns `false` as soon as the link has been closed, also from inside one of these calls.
protocol RedisReplySink {
    /// A message was published on a channel.
    ///
    /// Both buffers are slices of the read if they lie in it, else copies.
    mutating func received(payload: ByteBuffer, channel: ByteBuffer) -> Bool

    /// A message was published on a shard channel, with `SPUBLISH`.
    ///
    /// By default the same as one on an ordinary channel.
    mutating func received(payload: ByteBuffer, shardChannel: ByteBuffer) -> Bool

    /// An integer that is a whole reply, such as the receiver count of a PUBLISH.
    mutating func received(integer: Int64) -> Bool

    /// Any other reply.
    mutating func received(reply: RedisReply) -> Bool
}

extension RedisReplySink {
    mutating func received(payload: ByteBuffer, shardChannel: ByteBuffer) -> Bool {
        self.received(payload: payload, channel: shardChannel)
    }
}
