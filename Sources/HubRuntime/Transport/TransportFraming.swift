/// What surrounds hub messages on a transport.
public enum TransportFraming: Sendable, Hashable, CaseIterable {
    /// Each run of hub messages travels as one unfragmented, unmasked WebSocket message whose header the runtime writes in
    /// front (RFC 6455, section 5.2), so that one buffer serves any number of connections.
    case webSocket

    /// Hub messages as they are.
    case raw
}
