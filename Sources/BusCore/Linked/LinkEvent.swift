/// What a link reported, other than the three events of the hot path.
enum LinkEvent: Sendable {
    case connected(part: Int, connection: UInt64)
    case lost(part: Int, connection: UInt64, error: BusError)
    case subscribed(token: UInt64)
    case refused(token: UInt64, error: BusError)
    case publishRefused(token: UInt64, error: BusError, part: Int)
    case probed(part: Int, token: UInt64)
    case malformed
    case withdrawn(channel: BusChannel, part: Int)
    case rearranged
    case peersSilent([String])
}
