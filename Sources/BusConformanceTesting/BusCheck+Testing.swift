public import BusConformance
import FoundationEssentials
public import Testing

extension BusCheck: CustomTestStringConvertible {
    /// The number and the id, as test reports name the case.
    public var testDescription: String { self.description }
}

extension BusCheck: CustomTestArgumentEncodable {
    /// Encodes the id, which identifies the case across runs.
    ///
    /// - Parameter encoder: Where to encode.
    /// - Throws: What the encoder throws.
    public func encodeTestArgument(to encoder: some Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.id)
    }
}

extension BusCheck {
    /// The checks to run: all, or the one that the environment variable `HUBS_CONFORMANCE_ONLY` names.
    ///
    /// Swift Testing filters test functions, not the cases of one; this filters the cases.
    public static var selected: [BusCheck] {
        guard let id = ProcessInfo.processInfo.environment["HUBS_CONFORMANCE_ONLY"], !id.isEmpty else { return all }
        return all.filter { $0.id == id || "\($0.property)" == id }
    }

    /// Runs the check as a case of a test.
    ///
    /// The whole test file of a bus:
    ///
    /// ```swift
    /// import BusConformance
    /// import BusConformanceTesting
    /// import MyBus
    /// import Testing
    ///
    /// @Suite(.serialized, .timeLimit(.minutes(1)))
    /// struct MyBusConformance {
    ///     static let harness = BusHarness(name: "MyBus", scale: 0.1) { nodes, namespace in
    ///         (0..<nodes).map { _ in MyBus(server: "localhost", prefix: namespace) }
    ///     }
    ///
    ///     @Test(arguments: BusCheck.selected) func keeps(_ check: BusCheck) async throws {
    ///         try await check.verify(Self.harness)
    ///     }
    /// }
    /// ```
    ///
    /// A check that the harness cannot run is reported as cancelled with its reason; one that could be verified only in part
    /// leaves a warning.
    ///
    /// - Parameters:
    ///   - harness: Makes the buses.
    ///   - sourceLocation: Where a failure is reported.
    /// - Throws: When the case is cancelled.
    public func verify(_ harness: BusHarness, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        do {
            switch try await self.run(harness) {
            case .passed: return
            case .partly(let reason):
                Issue.record(
                    "\(self) is verified in part: \(reason)",
                    severity: .warning,
                    sourceLocation: sourceLocation
                )
            case .skipped(let reason):
                try Test.cancel("\(self) was not checked: \(reason)", sourceLocation: sourceLocation)
            }
        } catch let failure as BusCheckFailure {
            Issue.record("\(failure.description)", sourceLocation: sourceLocation)
        }
    }
}
