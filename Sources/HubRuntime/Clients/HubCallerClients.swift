/// The clients of a hub as seen by one of them.
public struct HubCallerClients: Sendable {
    let core: HubCore
    let identity: ConnectionIdentity

    private var everybody: HubClients { HubClients(core: self.core) }

    /// The connection that called.
    public var caller: HubTarget { HubTarget(core: self.core, target: .local(self.identity)) }

    /// Every connection but the one that called.
    public var others: HubTarget { self.everybody.allExcept([self.identity.id]) }

    /// The connections in a group, but not the one that called.
    ///
    /// - Parameter name: The group's name, compared byte for byte.
    /// - Returns: The target.
    public func othersInGroup(_ name: String) -> HubTarget { self.everybody.groupExcept(name, [self.identity.id]) }

    /// Every connection.
    public var all: HubTarget { self.everybody.all }

    /// Every connection but some.
    ///
    /// - Parameter connectionIDs: The ids of those who do not get it.
    /// - Returns: The target.
    public func allExcept(_ connectionIDs: [String]) -> HubTarget { self.everybody.allExcept(connectionIDs) }

    /// One connection.
    ///
    /// A send to a connection that exists nowhere is no error.
    ///
    /// - Parameter connectionID: The connection's id.
    /// - Returns: The target.
    public func client(_ connectionID: String) -> HubTarget { self.everybody.client(connectionID) }

    /// Some connections.
    ///
    /// - Parameter connectionIDs: The connections' ids. One that is named twice gets the message twice.
    /// - Returns: The target.
    public func clients(_ connectionIDs: [String]) -> HubTarget { self.everybody.clients(connectionIDs) }

    /// The connections in a group.
    ///
    /// - Parameter name: The group's name, compared byte for byte.
    /// - Returns: The target.
    public func group(_ name: String) -> HubTarget { self.everybody.group(name) }

    /// The connections in some groups.
    ///
    /// - Parameter names: The groups' names. A connection that is in two of them gets the message twice.
    /// - Returns: The target.
    public func groups(_ names: [String]) -> HubTarget { self.everybody.groups(names) }

    /// The connections in a group but some.
    ///
    /// - Parameters:
    ///   - name: The group's name.
    ///   - connectionIDs: The ids of those who do not get it.
    /// - Returns: The target.
    public func groupExcept(_ name: String, _ connectionIDs: [String]) -> HubTarget {
        self.everybody.groupExcept(name, connectionIDs)
    }

    /// The connections of a user.
    ///
    /// - Parameter userID: The user's id, compared byte for byte.
    /// - Returns: The target.
    public func user(_ userID: String) -> HubTarget { self.everybody.user(userID) }

    /// The connections of some users.
    ///
    /// - Parameter userIDs: The users' ids.
    /// - Returns: The target.
    public func users(_ userIDs: [String]) -> HubTarget { self.everybody.users(userIDs) }
}
