import NIOCore

/// Bytes on their way to one connection.
struct OutboundFrame {
    let bytes: ByteBuffer
    /// How many hub messages they hold.
    let messages: Int
    /// Whether they must not be dropped: answers, handshakes and goodbyes.
    let isControl: Bool
}
