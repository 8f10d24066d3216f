/// A channel that somebody is subscribed to, or was a moment ago.
struct ChannelEntry {
    /// How far the request to the backend has come on the present connection.
    enum Wire {
        /// Not written yet.
        case unwritten
        /// Written, not confirmed.
        case written
        /// Confirmed.
        case confirmed
    }

    /// One subscription's interest in the channel.
    struct Subscriber {
        enum Status {
            /// Waits for the first confirmation: sees nothing yet.
            case pending
            /// Sees messages.
            case active
            /// Saw messages until the connection was lost: gets a gap when the channel is confirmed again.
            case interrupted
        }

        let subscription: LinkedSubscription
        /// The number of its receiver in the ``ReceiverTable``.
        let receiver: Int
        var status: Status
    }

    let channel: BusChannel
    /// The index of the part of the link that serves it.
    var part: Int
    var subscribers: [Subscriber] = []
    var wire = Wire.unwritten
    /// The latest request; answers to older ones are stale.
    var token: UInt64 = 0
    /// Whether the backend may hold the subscription on the present connection.
    var mayBeOnWire = false
    /// Whether the backend has confirmed the subscription on the present connection, be it for an earlier request.
    var isHeld = false
    /// Whether the bus is not `connected` before this channel is confirmed.
    var isResynchronizing = false
}
