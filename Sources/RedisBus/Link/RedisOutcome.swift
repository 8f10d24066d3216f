import BusCore
import NIOCore

/// What follows from something that came from the server.
enum RedisOutcome {
    case nothing
    /// A message, with the channel as the bus names it.
    case message(channel: ByteBuffer, payload: ByteBuffer)
    case published(token: UInt64, receivers: Int?)
    case publishRefused(token: UInt64, BusError)
    case subscribed(token: UInt64)
    case subscribeRefused(tokens: [UInt64], BusError)
    case probed(token: UInt64)
    /// Something for the link; indirect, so that the rest of what comes, which is nearly all, stays small.
    indirect case news(RedisNews)
    /// A message that makes no sense is skipped.
    case malformed
    /// The server answers what nobody asked: nothing that follows can be trusted.
    case violation(String)
}
