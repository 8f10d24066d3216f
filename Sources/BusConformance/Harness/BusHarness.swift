public import BusCore

/// What the author of a bus hands to the checks: how to make buses, how long they may take, and how to break them.
///
/// ```swift
/// let harness = BusHarness(name: "MyBus") { nodes, namespace in
///     (0..<nodes).map { _ in MyBus(server: "localhost", prefix: namespace) }
/// }
/// ```
///
/// All clusters of one harness share one backend. Checks of one harness may run one after another, or at the same time if it
/// has no ``faults``: each uses namespaces of its own.
public struct BusHarness: Sendable {
    /// Makes a number of buses in a namespace.
    public typealias ClusterMaker = @Sendable (_ nodes: Int, _ namespace: String) async throws -> [any MessageBus]

    /// What the bus is called in reports.
    public var name: String

    /// How long the bus may take.
    public var bounds: BusBounds

    /// The size of the checks: 1 is the full size (10,000 messages, 100,000 channels); small values keep a test run short.
    public var scale: Double

    /// The seed of everything random in the checks.
    ///
    /// A failure prints it.
    public var seed: UInt64

    /// Breaks the backend or the way to it; without it, checks that need faults are skipped.
    public var faults: (any BusFaultInjector)?

    /// Looks into the backend; without it, some checks are only partly verified.
    public var inspector: (any BusInspector)?

    private let clusterMaker: ClusterMaker

    /// Creates a harness.
    ///
    /// - Parameters:
    ///   - name: What the bus is called in reports.
    ///   - bounds: How long the bus may take.
    ///   - scale: The size of the checks; 1 is the full size.
    ///   - seed: The seed of everything random in the checks.
    ///   - faults: Breaks the backend or the way to it.
    ///   - inspector: Looks into the backend.
    ///   - makeCluster: Makes a number of buses on the harness's one backend. Buses of one namespace are one application;
    ///     those of different namespaces must not see each other. The namespace is printable ASCII, ends in a full stop, and
    ///     no namespace begins with another. The checks close the buses.
    public init(
        name: String,
        bounds: BusBounds = BusBounds(),
        scale: Double = 1,
        seed: UInt64 = 20_260,
        faults: (any BusFaultInjector)? = nil,
        inspector: (any BusInspector)? = nil,
        makeCluster: @escaping ClusterMaker
    ) {
        self.name = name
        self.bounds = bounds
        self.scale = scale
        self.seed = seed
        self.faults = faults
        self.inspector = inspector
        self.clusterMaker = makeCluster
    }

    /// Makes a cluster: some buses on one backend, each of them one node.
    ///
    /// - Parameters:
    ///   - nodes: How many buses.
    ///   - namespace: What separates them from every other cluster on the backend.
    /// - Returns: The buses; they may still be connecting.
    /// - Throws: Whatever making a bus throws.
    public func makeCluster(nodes: Int, namespace: String) async throws -> [any MessageBus] {
        try await self.clusterMaker(nodes, namespace)
    }
}
