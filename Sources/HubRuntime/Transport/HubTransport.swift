public import NIOCore

/// What a connection writes to: one WebSocket, one event stream, or the recording transport of a test.
///
/// A transport is confined to its connection's event loop: every call in either direction happens there. Nothing in it waits.
/// Whoever implements it holds on to the ``HubTransportInput`` that it was given until it has reported
/// ``HubTransportInput/transportClosed(_:)``, exactly once.
public protocol HubTransport: AnyObject {
    /// How the frames given to ``write(_:)`` are framed.
    var framing: TransportFraming { get }

    /// Whether more may be written without passing the transport's watermark.
    var isWritable: Bool { get }

    /// How many bytes have been written and have not yet reached the operating system.
    var bufferedBytes: Int { get }

    /// Tells in which form the hub protocol is spoken: called once, when the handshake has chosen it, before the answer is
    /// written.
    ///
    /// - Parameter isBinary: Whether frames carry binary messages. They are text until then.
    func formatChosen(isBinary: Bool)

    /// Appends bytes to what is on its way to the peer.
    ///
    /// The buffer may be written to many transports: it must not be modified in place.
    ///
    /// - Parameter frame: Complete frames in the transport's ``framing``.
    func write(_ frame: ByteBuffer)

    /// Sends what was written.
    func flush()

    /// Closes after what was written has been sent, within the transport's own time limit even if the peer never reads.
    ///
    /// Idempotent: the first reason counts. What arrives from the peer afterwards is not reported.
    ///
    /// - Parameter reason: Why.
    func close(_ reason: TransportCloseReason)

    /// Stops reading from the peer. What has been read already may still be reported.
    func pauseReading()

    /// Reads from the peer again.
    func resumeReading()
}
