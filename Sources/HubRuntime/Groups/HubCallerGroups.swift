/// Changes the groups of a hub on behalf of one of its connections.
///
/// A group exists while it has members. Membership belongs to a connection and ends with it.
public struct HubCallerGroups: Sendable {
    let core: HubCore
    let identity: ConnectionIdentity

    /// Puts the connection that called into a group.
    ///
    /// When it returns, whatever any node then sends to the group reaches the connection; while the bus is down that holds
    /// for messages of this node, and for the others from the bus's recovery on. Being in the group already is no error.
    ///
    /// - Parameter group: The group's name, compared byte for byte.
    /// - Throws: ``BackplaneError``: `.connectionNotFound` if the connection has gone, `.refused` if the bus does not allow
    ///   the group.
    public func add(to group: String) async throws {
        try await self.core.changeLocally(.add, self.identity, group)
    }

    /// Takes the connection that called out of a group.
    ///
    /// Not being in the group is no error.
    ///
    /// - Parameter group: The group's name, compared byte for byte.
    /// - Throws: ``BackplaneError`` with `.connectionNotFound` if the connection has gone.
    public func remove(from group: String) async throws {
        try await self.core.changeLocally(.remove, self.identity, group)
    }

    /// Puts a connection, on whatever node it is, into a group, as ``HubGroups/add(_:to:)`` does.
    ///
    /// - Parameters:
    ///   - connectionID: The connection's id.
    ///   - group: The group's name, compared byte for byte.
    /// - Throws: What ``HubGroups/add(_:to:)`` throws.
    public func add(_ connectionID: String, to group: String) async throws {
        try await self.core.change(.add, connectionID, group)
    }

    /// Takes a connection, on whatever node it is, out of a group, as ``HubGroups/remove(_:from:)`` does.
    ///
    /// - Parameters:
    ///   - connectionID: The connection's id.
    ///   - group: The group's name, compared byte for byte.
    /// - Throws: What ``HubGroups/remove(_:from:)`` throws.
    public func remove(_ connectionID: String, from group: String) async throws {
        try await self.core.change(.remove, connectionID, group)
    }
}
