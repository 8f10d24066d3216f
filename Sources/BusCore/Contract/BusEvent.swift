/// What a receiver sees of a channel, in the channel's order.
public enum BusEvent: Sendable {
    /// A message that was published to the channel.
    case message(BusMessage)

    /// Messages may be missing exactly here.
    case gap(BusGap)

    /// The channel's subscription cannot go on. Nothing follows on this channel.
    case ended(BusChannel, BusError)

    /// The channel that the event belongs to.
    public var channel: BusChannel {
        switch self {
        case .message(let message): message.channel
        case .gap(let gap): gap.channel
        case .ended(let channel, _): channel
        }
    }
}
