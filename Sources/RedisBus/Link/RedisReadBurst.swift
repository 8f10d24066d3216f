import NIOCore

/// How much came in one go, without the socket having been empty in between.
///
/// When a connection is closed at the end of a large burst, Redis probably closed it because this node read too slowly: its
/// `client-output-buffer-limit` for publish/subscribe clients was reached.
struct RedisReadBurst {
    private(set) var bytes = 0
    private var hasEmptiedSocket = true

    /// From this many bytes on, the limit is suspected: a healthy stream empties the socket again and again.
    static let suspicious = 128 * 1024

    var isSuspicious: Bool { self.bytes >= Self.suspicious }

    /// Takes a read; one that left room in its buffer has emptied the socket.
    mutating func read(_ buffer: ByteBuffer) {
        self.bytes = buffer.readableBytes + (self.hasEmptiedSocket ? 0 : self.bytes)
        self.hasEmptiedSocket = buffer.writableBytes > 0
    }
}
