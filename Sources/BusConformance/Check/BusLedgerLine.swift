/// One line of a failed check's ledger: what one subscriber got of one publisher's messages on one channel.
public struct BusLedgerLine: Sendable, Hashable, CustomStringConvertible {
    /// The subscriber, as the check named it.
    public var subscriber: String
    /// The channel.
    public var channel: String
    /// The publisher, as the check named it.
    public var publisher: String
    /// How many messages were numbered, and how they ended, for example `100 accepted, 3 notSent`.
    public var published: String
    /// The numbers in the order of arrival as ranges, with `|gap|` where a gap marker came and `|ended|` at an end.
    public var received: String

    /// The line as text.
    public var description: String {
        "\(self.subscriber) on \(self.channel) from \(self.publisher): published \(self.published); received \(self.received)"
    }
}
