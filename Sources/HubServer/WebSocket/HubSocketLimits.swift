import NIOCore

/// What a WebSocket may cost, apart from the limits of the hub itself.
struct HubSocketLimits: Sendable {
    /// The most that one WebSocket message may carry in all its fragments, in bytes.
    var maximumMessageSize: Int
    /// How long a client may take to answer a Close frame, or to read it.
    var closeTimeout: TimeAmount
}
