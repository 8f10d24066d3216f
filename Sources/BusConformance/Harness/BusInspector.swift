public import BusCore

/// Looks into a backend from outside, past the bus.
///
/// With an inspector, checks prove what they otherwise believe the bus: that nobody is interested in a channel any more, and
/// that connections are closed. Return nil for what the backend cannot tell.
public protocol BusInspector: Sendable {
    /// Counts the backend's own registrations for a channel.
    ///
    /// - Parameters:
    ///   - channel: The channel, as the bus's users name it.
    ///   - namespace: The namespace of the cluster.
    /// - Returns: How many connections (nodes) the backend would send a message of this channel to.
    /// - Throws: Whatever asking the backend may throw.
    func subscribers(of channel: BusChannel, in namespace: String) async throws -> Int?

    /// Counts the connections of all buses to the backend.
    ///
    /// - Returns: How many connections are open, the inspector's own not included.
    /// - Throws: Whatever asking the backend may throw.
    func connections() async throws -> Int?

    /// Counts the messages that the backend has accepted since it started.
    ///
    /// - Returns: The number of messages, of all channels.
    /// - Throws: Whatever asking the backend may throw.
    func acceptedMessages() async throws -> Int?

    /// Counts the commands to subscribe that the backend has got since it started, whatever number of channels each named.
    ///
    /// - Returns: The number of commands, of all buses.
    /// - Throws: Whatever asking the backend may throw.
    func subscribeCommands() async throws -> Int?

    /// Counts the attempts to connect of all buses, failed ones included.
    ///
    /// - Returns: The number of attempts since the inspector exists.
    /// - Throws: Whatever asking the backend may throw.
    func connectionAttempts() async throws -> Int?
}

extension BusInspector {
    /// Tells nothing.
    ///
    /// - Returns: Nil.
    public func subscribeCommands() async throws -> Int? { nil }

    /// Tells nothing.
    ///
    /// - Returns: Nil.
    public func connectionAttempts() async throws -> Int? { nil }
}
