/// Whom a message is for.
enum SendTarget: Sendable {
    case everyone(excluded: [String])
    case groups([String], excluded: [String])
    case users([String])
    case connections([String])
    /// A connection of this node.
    case local(ConnectionIdentity)
}
