/// The halves of a node's link to the broker, which can fail alone.
public struct InMemoryHalf: OptionSet, Sendable, Hashable {
    /// The bits of the set.
    public let rawValue: UInt8

    /// Creates a set of halves from its bits.
    ///
    /// - Parameter rawValue: The bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The half that publishes.
    public static let publishing = InMemoryHalf(rawValue: 1)
    /// The half that receives.
    public static let subscribing = InMemoryHalf(rawValue: 2)
    /// Both halves.
    public static let both: InMemoryHalf = [.publishing, .subscribing]
}
