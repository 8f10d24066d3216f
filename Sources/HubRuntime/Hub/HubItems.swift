import Synchronization

/// Values that a hub keeps for one connection, for as long as the connection lasts.
///
/// Each access takes the connection's lock for a moment; two accesses are not one step.
public struct HubItems: Sendable {
    let identity: ConnectionIdentity

    /// The value of a key; nil if there is none.
    ///
    /// - Parameter key: The key.
    public subscript(key: String) -> (any Sendable)? {
        get { self.identity.items.withLock { $0[key] } }
        nonmutating set { self.identity.items.withLock { $0[key] = newValue } }
    }
}
