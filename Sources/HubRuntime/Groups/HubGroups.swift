/// Changes the groups of a hub from outside of its methods.
///
/// A group exists while it has members. Membership belongs to a connection and ends with it.
public struct HubGroups: Sendable {
    let core: HubCore

    /// Puts a connection, on whatever node it is, into a group.
    ///
    /// When it returns, whatever any node then sends to the group reaches the connection; while the bus is down that holds
    /// for messages of this node, and for the others from the bus's recovery on. Being in the group already is no error.
    ///
    /// - Parameters:
    ///   - connectionID: The connection's id.
    ///   - group: The group's name, compared byte for byte.
    /// - Throws: ``BackplaneError``: `.connectionNotFound` or `.timedOut` if no node confirmed it, or why the request could
    ///   not be sent.
    public func add(_ connectionID: String, to group: String) async throws {
        try await self.core.change(.add, connectionID, group)
    }

    /// Takes a connection, on whatever node it is, out of a group.
    ///
    /// Not being in the group is no error.
    ///
    /// - Parameters:
    ///   - connectionID: The connection's id.
    ///   - group: The group's name, compared byte for byte.
    /// - Throws: ``BackplaneError``: `.connectionNotFound` or `.timedOut` if no node confirmed it, or why the request could
    ///   not be sent.
    public func remove(_ connectionID: String, from group: String) async throws {
        try await self.core.change(.remove, connectionID, group)
    }
}
