/// A hub seen from outside: lets any code send to the hub's clients and change its groups.
///
/// Costs nothing to copy and to keep.
public struct HubContext<H: Hub>: Sendable {
    private let core: HubCore

    package init(core: HubCore) {
        self.core = core
    }

    /// Whom to send to.
    public var clients: HubClients { HubClients(core: self.core) }

    /// The groups of any connection on any node.
    public var groups: HubGroups { HubGroups(core: self.core) }
}
