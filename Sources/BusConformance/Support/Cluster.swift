import BusCore

/// Some buses on one backend, in one namespace.
struct Cluster: Sendable {
    let nodes: [any MessageBus]
    let namespace: String

    subscript(node: Int) -> any MessageBus { self.nodes[node] }
}
