/// A part of a link that is connected, lost and reconnected on its own.
///
/// A backend with one connection has one part that carries both directions. RedisBus has two, one for publishing and one for
/// subscriptions. A backend that is spread over shards has parts for each shard.
public struct BusLinkPart: Sendable, Hashable {
    /// What a part carries.
    public enum Role: Sendable, Hashable {
        /// Publishes only.
        case publishing
        /// Subscriptions only.
        case subscribing
        /// Both.
        case both
    }

    /// What the part carries.
    public var role: Role

    /// What the part is called in logs, for example `publish link`.
    public var name: String

    /// Whether the part is out of use: no channel is routed to it, and it is neither connected nor counted as missing.
    public var isRetired: Bool

    /// Creates a part.
    ///
    /// - Parameters:
    ///   - role: What the part carries.
    ///   - name: What it is called in logs.
    ///   - isRetired: Whether the part is out of use.
    public init(role: Role, name: String, isRetired: Bool = false) {
        self.role = role
        self.name = name
        self.isRetired = isRetired
    }

    package var publishes: Bool { self.role != .subscribing && !self.isRetired }
    package var subscribes: Bool { self.role != .publishing && !self.isRetired }
}
