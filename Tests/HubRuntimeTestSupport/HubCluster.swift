import HubRuntime

/// Some nodes of one hub.
package struct HubCluster: Sendable {
    package let nodes: [TestNode]

    package init(nodes: Int, _ make: HubScenario.MakeBuses) async throws {
        self.nodes = try await make(nodes).map { try TestNode(on: $0) }
        for node in self.nodes { try await node.endpoint.joined(within: .seconds(20)) }
    }

    /// Ends every connection.
    package func stop() async {
        for node in self.nodes { await node.endpoint.stop(within: .seconds(5)) }
    }
}
