/// Which of a bus's ways to its backend a fault hits.
public enum BusFaultPart: String, Sendable, Hashable, CaseIterable {
    /// The way publishes take.
    case publishing
    /// The way messages take.
    case subscribing
    /// Both.
    case both
}
