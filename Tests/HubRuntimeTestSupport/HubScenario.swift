package import BusCore
import HubProtocol
import HubRuntime

/// Something that hubs must do on any bus: run with the buses of as many nodes as it wants.
///
/// Most are the properties that ASP.NET Core's own specification tests demand of a backplane.
package struct HubScenario: Sendable, CustomStringConvertible {
    /// Makes the buses of some nodes that reach each other.
    package typealias MakeBuses = @Sendable (Int) async throws -> [any MessageBus]

    package let description: String
    private let body: @Sendable (HubCluster) async throws -> Void
    private let nodes: Int

    init(_ description: String, nodes: Int, _ body: @escaping @Sendable (HubCluster) async throws -> Void) {
        self.description = description
        self.nodes = nodes
        self.body = body
    }

    /// Runs the scenario.
    package func run(_ make: MakeBuses) async throws {
        let cluster = try await HubCluster(nodes: self.nodes, make)
        try await self.body(cluster)
        await cluster.stop()
    }

    /// Every scenario.
    package static var all: [HubScenario] { Self.clients + Self.groups + Self.users }
}

/// What a scenario found wrong.
package struct ScenarioFailure: Error, CustomStringConvertible {
    package let description: String
}

/// Throws if something is not as it should be.
func expect(_ condition: Bool, _ what: @autoclosure () -> String) throws {
    if !condition { throw ScenarioFailure(description: what()) }
}
