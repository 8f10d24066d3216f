public import NIOCore

/// A message as a subscription receives it.
public struct BusMessage: Sendable {
    /// The channel it was published to.
    public var channel: BusChannel

    /// The bytes that were published, unchanged.
    public var payload: ByteBuffer

    /// Creates a message.
    ///
    /// - Parameters:
    ///   - channel: The channel it was published to.
    ///   - payload: The bytes that were published.
    public init(channel: BusChannel, payload: ByteBuffer) {
        self.channel = channel
        self.payload = payload
    }
}
