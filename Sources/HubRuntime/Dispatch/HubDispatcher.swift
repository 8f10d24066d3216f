package import HubProtocol

/// A hub without its type: what the runtime needs in order to run its code.
package protocol HubDispatcher: Sendable {
    /// Whether the hub has a method of that name.
    func hasMethod(_ target: String) -> Bool

    /// Runs a method.
    ///
    /// - Throws: What the method threw, or why it could not run.
    func invoke(_ target: String, _ arguments: RawHubArguments, _ call: HubCall) async throws -> OutgoingOutcome

    /// Runs the hub's code for a new connection.
    func connected(_ call: HubCall) async throws

    /// Runs the hub's code for a connection that has gone.
    func disconnected(_ call: HubCall, error: (any Error)?) async
}
