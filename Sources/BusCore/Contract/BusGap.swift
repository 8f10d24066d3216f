/// A place in a channel's stream where messages may be missing.
public struct BusGap: Sendable, Hashable {
    /// Why messages may be missing.
    public enum Reason: Sendable, Hashable {
        /// The link to the backend was interrupted; what was published meanwhile did not arrive.
        case linkLost
        /// A buffer of this process was full, and its policy dropped messages.
        case overflow
        /// The backend told that it dropped messages.
        case backend(String)
    }

    /// The channel.
    public var channel: BusChannel

    /// Why messages may be missing.
    public var reason: Reason

    /// How many are missing, if that is known.
    public var count: Int?

    /// Creates a gap marker.
    ///
    /// - Parameters:
    ///   - channel: The channel.
    ///   - reason: Why messages may be missing.
    ///   - count: How many are missing, if that is known.
    public init(channel: BusChannel, reason: Reason, count: Int? = nil) {
        self.channel = channel
        self.reason = reason
        self.count = count
    }
}
