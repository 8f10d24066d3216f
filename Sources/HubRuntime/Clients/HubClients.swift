/// The clients of a hub, on all nodes.
public struct HubClients: Sendable {
    let core: HubCore

    /// Every connection.
    public var all: HubTarget { self.target(.everyone(excluded: [])) }

    /// Every connection but some.
    ///
    /// - Parameter connectionIDs: The ids of those who do not get it.
    /// - Returns: The target.
    public func allExcept(_ connectionIDs: [String]) -> HubTarget { self.target(.everyone(excluded: connectionIDs)) }

    /// One connection.
    ///
    /// A send to a connection that exists nowhere is no error.
    ///
    /// - Parameter connectionID: The connection's id.
    /// - Returns: The target.
    public func client(_ connectionID: String) -> HubTarget { self.target(.connections([connectionID])) }

    /// Some connections.
    ///
    /// - Parameter connectionIDs: The connections' ids. One that is named twice gets the message twice.
    /// - Returns: The target.
    public func clients(_ connectionIDs: [String]) -> HubTarget { self.target(.connections(connectionIDs)) }

    /// The connections in a group.
    ///
    /// - Parameter name: The group's name, compared byte for byte.
    /// - Returns: The target.
    public func group(_ name: String) -> HubTarget { self.target(.groups([name], excluded: [])) }

    /// The connections in some groups.
    ///
    /// - Parameter names: The groups' names. A connection that is in two of them gets the message twice.
    /// - Returns: The target.
    public func groups(_ names: [String]) -> HubTarget { self.target(.groups(names, excluded: [])) }

    /// The connections in a group but some.
    ///
    /// - Parameters:
    ///   - name: The group's name.
    ///   - connectionIDs: The ids of those who do not get it.
    /// - Returns: The target.
    public func groupExcept(_ name: String, _ connectionIDs: [String]) -> HubTarget {
        self.target(.groups([name], excluded: connectionIDs))
    }

    /// The connections of a user.
    ///
    /// - Parameter userID: The user's id, compared byte for byte.
    /// - Returns: The target.
    public func user(_ userID: String) -> HubTarget { self.target(.users([userID])) }

    /// The connections of some users.
    ///
    /// - Parameter userIDs: The users' ids.
    /// - Returns: The target.
    public func users(_ userIDs: [String]) -> HubTarget { self.target(.users(userIDs)) }

    private func target(_ target: SendTarget) -> HubTarget { HubTarget(core: self.core, target: target) }
}
