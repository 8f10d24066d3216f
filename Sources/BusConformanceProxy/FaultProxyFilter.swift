public import NIOCore

/// Follows what a backend sends on one connection, and can leave messages out of it.
///
/// ``FaultProxy/starve(_:)`` makes a connection carry nothing although it still answers: only a filter that knows the
/// protocol can tell messages from answers. It sees the stream from its first byte, so that it always knows where a
/// message begins.
public protocol FaultProxyFilter {
    /// Takes what the backend sent.
    ///
    /// - Parameters:
    ///   - bytes: The next bytes of the stream; messages may begin and end anywhere in them.
    ///   - drops: Whether messages that begin now are to be left out.
    /// - Returns: What the client gets. Bytes may be held back until it is clear what they belong to.
    mutating func pass(_ bytes: ByteBuffer, dropping drops: Bool) -> ByteBuffer
}
