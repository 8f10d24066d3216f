import NIOCore

/// How much has come in one go, without the socket ever having been empty.
///
/// When a connection is closed in the middle of a large burst, Redis probably closed it because this node read too slowly: its
/// `client-output-buffer-limit` for publish/subscribe clients was reached.
struct RedisReadBurst {
    private(set) var bytes = 0

    /// From this many unread bytes on, the limit is suspected; what the kernel's buffers hold of a healthy stream is less.
    static let suspicious = 128 * 1024

    var isSuspicious: Bool { self.bytes >= Self.suspicious }

    /// Takes a read; one that left room in its buffer has emptied the socket.
    mutating func read(_ buffer: ByteBuffer) {
        self.bytes = buffer.writableBytes > 0 ? 0 : self.bytes + buffer.readableBytes
    }
}
