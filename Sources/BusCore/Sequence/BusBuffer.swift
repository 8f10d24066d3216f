/// The bound of a ``BusEventSequence``, and what happens when it is reached.
public struct BusBuffer: Sendable, Hashable {
    /// What happens to a message that finds the buffer full.
    public enum Overflow: Sendable, Hashable {
        /// The oldest messages make room; a gap with their exact count stands where they were.
        case dropOldest
        /// The message is dropped; a gap with the exact count stands where it would be.
        case dropNewest
        /// The subscription ends with `.overloaded`.
        case end
    }

    /// How many messages wait at most.
    public var maximumCount: Int

    /// How many bytes of storage the waiting payloads hold at most.
    ///
    /// A single larger payload is accepted when nothing waits.
    public var maximumBytes: Int

    /// What happens to a message that finds the buffer full.
    public var overflow: Overflow

    /// Creates a bound.
    ///
    /// - Parameters:
    ///   - maximumCount: How many messages wait at most; at least 1.
    ///   - maximumBytes: How many bytes of storage the waiting payloads hold at most.
    ///   - overflow: What happens to a message that finds the buffer full.
    public init(maximumCount: Int = 1_024, maximumBytes: Int = 1024 * 1024, overflow: Overflow = .dropOldest) {
        precondition(maximumCount > 0 && maximumBytes > 0, "A buffer holds at least one message and one byte.")
        self.maximumCount = maximumCount
        self.maximumBytes = maximumBytes
        self.overflow = overflow
    }
}
