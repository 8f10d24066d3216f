import NIOCore

/// A reply of Redis that is not a published message.
indirect enum RedisReply: Equatable, Sendable {
    /// A status line such as `OK`.
    case status(String)
    /// An error line such as `ERR unknown command`, with its prefix.
    case error(String)
    case integer(Int64)
    case bulk(ByteBuffer)
    /// The null bulk string or the null array.
    case null
    case array([RedisReply])
}
