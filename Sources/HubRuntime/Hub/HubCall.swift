public import Logging

/// The connection on whose behalf a hub's code runs.
///
/// A small value that may be kept and used as long as one likes: when the connection has gone, what is sent to it goes
/// nowhere.
public struct HubCall: Sendable {
    package let core: HubCore
    package let identity: ConnectionIdentity

    /// The connection's public id.
    public var connectionID: String { self.identity.id }

    /// The id of the connection's user, as ``HubEndpointConfiguration/userID`` determined it.
    public var userID: String? { self.identity.userID }

    /// The HTTP request that opened the connection.
    public var request: HubConnectionRequest { self.identity.request }

    /// Whether the connection has ended or is about to.
    public var isDisconnected: Bool { self.identity.isClosed }

    /// Whom to send to.
    public var clients: HubCallerClients { HubCallerClients(core: self.core, identity: self.identity) }

    /// The groups of this connection and of others.
    public var groups: HubCallerGroups { HubCallerGroups(core: self.core, identity: self.identity) }

    /// What the hub keeps for this connection between calls.
    public var items: HubItems { HubItems(identity: self.identity) }

    /// A logger that carries the hub's name and the connection's id.
    public var logger: Logger {
        var logger = self.core.logger
        logger[metadataKey: "hub.connection_id"] = "\(self.connectionID)"
        return logger
    }

    /// Ends the connection after what was sent to it before.
    ///
    /// The client is told that the server closed the connection, and should not reconnect by itself.
    public func abort() {
        self.identity.port.append(.abort(self.identity))
    }
}
