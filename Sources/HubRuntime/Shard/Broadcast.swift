package import BusCore

/// A message for many connections of this node.
package struct Broadcast: Sendable {
    /// Whom it is for.
    package enum Audience: Sendable, Equatable {
        /// Every connection.
        case everyone
        /// The members of a group's or a user's channel.
        case members(BusChannel)
    }

    package let audience: Audience
    package let payloads: ProtocolPayloads
    /// Ids of connections that do not get it.
    package let excluded: [String]
    /// Where the number of recipients is reported, if somebody waits for it.
    package let report: DeliveryReport?

    /// Whether exactly the same connections get the other message, so that both can be written as one.
    func hasSameRecipients(as other: Broadcast) -> Bool {
        self.report == nil && other.report == nil && self.audience == other.audience && self.excluded == other.excluded
    }
}
