/// The sizes a bus accepts.
public struct BusLimits: Sendable, Hashable {
    /// The largest payload, in bytes.
    public var maximumPayloadBytes: Int

    /// The longest channel name, in bytes, without the bus's own prefix.
    public var maximumChannelBytes: Int

    /// How many channels one bus is made for.
    public var maximumChannels: Int

    /// Creates limits.
    ///
    /// - Parameters:
    ///   - maximumPayloadBytes: The largest payload, in bytes.
    ///   - maximumChannelBytes: The longest channel name, in bytes, without the bus's own prefix.
    ///   - maximumChannels: How many channels one bus is made for.
    public init(maximumPayloadBytes: Int, maximumChannelBytes: Int, maximumChannels: Int) {
        self.maximumPayloadBytes = maximumPayloadBytes
        self.maximumChannelBytes = maximumChannelBytes
        self.maximumChannels = maximumChannels
    }
}
