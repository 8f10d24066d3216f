import NIOCore

/// A connection's purpose, once it is signed in: a value that says what follows from each thing that comes.
protocol RedisRole: SendableMetatype {
    /// Writes the last command of the handshake, whose reply says that the connection is ready.
    func writeReadyCommand(into writer: inout RedisCommandWriter)

    /// Takes the reply to that command if it is not an error.
    ///
    /// - Returns: Whether it is the right reply.
    mutating func isReady(_ reply: RedisReply) -> Bool

    mutating func received(payload: ByteBuffer, channel: ByteBuffer) -> RedisOutcome
    mutating func received(integer: Int64) -> RedisOutcome

    /// Takes any other reply; may write commands, which the connection sends after the read.
    mutating func received(reply: RedisReply, writer: inout RedisCommandWriter) -> RedisOutcome
}
