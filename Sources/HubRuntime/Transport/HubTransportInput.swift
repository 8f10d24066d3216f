public import NIOCore

/// Where a transport delivers what it receives: one connection of a hub.
///
/// Confined to the connection's event loop, like the transport itself.
public protocol HubTransportInput: AnyObject {
    /// Takes bytes of the hub protocol, in order. They need not end where a message ends.
    ///
    /// - Parameter bytes: What arrived, unmasked and without the transport's own framing. The receiver may keep it.
    func received(_ bytes: ByteBuffer)

    /// Tells that ``HubTransport/isWritable`` changed.
    func transportWritabilityChanged()

    /// Tells that the transport has ended. Nothing follows.
    ///
    /// - Parameter closure: How.
    func transportClosed(_ closure: TransportClosure)
}
