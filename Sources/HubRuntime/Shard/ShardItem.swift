package import BusCore
package import NIOCore

/// Something for a loop to do, in the order in which it was asked for.
///
/// Whatever is written to a connection by somebody else than its own input passes here, so that it arrives in one order.
package enum ShardItem: Sendable {
    /// Write a message to many connections.
    case broadcast(Broadcast)
    /// Write a message, in the bytes of the connection's protocol, to one connection; counted as on its way.
    case direct(ConnectionIdentity, ByteBuffer)
    /// Write a message that came over the bus to one connection.
    case forwarded(ConnectionIdentity, ProtocolPayloads)
    /// An invocation has ended; the answer, if the client wants one, is in the bytes of its protocol.
    case finished(ConnectionIdentity, answer: ByteBuffer?)
    /// The hub has accepted the connection, or has refused it with a text for the client.
    case hubConnected(ConnectionIdentity, refusal: String?)
    /// The hub has taken leave of the connection.
    case hubDisconnected(ConnectionIdentity)
    /// Put a connection into a group; answers whether it exists.
    case join(ConnectionIdentity, BusChannel, CheckedContinuation<Bool, Never>)
    /// Take a connection out of a group; answers whether it exists.
    case leave(ConnectionIdentity, BusChannel, CheckedContinuation<Bool, Never>)
    /// Resume when the connection's transport takes more, or when it is no use to wait.
    case awaitRoom(ConnectionIdentity, CheckedContinuation<Void, Never>)
    /// End a connection.
    case abort(ConnectionIdentity)
    /// End every connection, which may come back to another node.
    case stop
}
