public import BusCore

/// What became of a send.
public enum SendReceipt: Sendable {
    /// The message is on its way to everybody it is for: the bus has accepted it, or every recipient is a connection of this
    /// node.
    case published

    /// The bus was not connected: `recipients` connections of this node got the message, nobody on other nodes did.
    case localOnly(BusError, recipients: Int)
}
