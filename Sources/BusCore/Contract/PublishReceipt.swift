/// What is known of a publish that the backend accepted.
public struct PublishReceipt: Sendable, Hashable {
    /// Whether the publishing node's own subscriptions see the message.
    public enum Echo: Sendable, Hashable {
        /// Subscriptions of this node that were active when it was submitted see it, or a gap covers it.
        case returns
        /// This node's subscription to the channel was down, provably until after the backend had taken the message: it does
        /// not come back, and may be delivered locally without becoming a duplicate.
        case missed
    }

    /// How many subscribers the backend handed it to, where the backend truly knows.
    public var receivers: Int?

    /// Whether the publishing node's own subscriptions see the message.
    public var echo: Echo

    /// Creates a receipt.
    ///
    /// - Parameters:
    ///   - receivers: How many subscribers the backend handed it to, where the backend truly knows.
    ///   - echo: Whether the publishing node's own subscriptions see it.
    public init(receivers: Int? = nil, echo: Echo = .returns) {
        self.receivers = receivers
        self.echo = echo
    }
}
