import HubRuntime

/// A hub at its path, without its type.
struct MappedHub: Sendable {
    let path: String
    let acceptor: any HubTransportAcceptor
    /// Registers the hub's subscriptions.
    let start: @Sendable () throws -> Void
    /// Ends the hub's connections within a time.
    let stop: @Sendable (Duration) async -> Void
}
