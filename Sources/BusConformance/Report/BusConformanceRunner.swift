/// Runs checks one after another and reports, in any program and without a test framework.
///
/// ```swift
/// @main struct Conformance {
///     static func main() async throws {
///         let runner = BusConformanceRunner(harness)
///         guard try await runner.run(arguments: CommandLine.arguments) else { exit(1) }
///     }
/// }
/// ```
public struct BusConformanceRunner: Sendable {
    private let harness: BusHarness
    private let onEntry: @Sendable (BusConformanceReport.Entry) -> Void

    /// Creates a runner.
    ///
    /// - Parameters:
    ///   - harness: Makes the buses.
    ///   - onEntry: Told of each check when it has ended.
    public init(
        _ harness: BusHarness,
        onEntry: @escaping @Sendable (BusConformanceReport.Entry) -> Void = { _ in }
    ) {
        self.harness = harness
        self.onEntry = onEntry
    }

    /// Runs checks one after another.
    ///
    /// - Parameter checks: What to run.
    /// - Returns: How each one ended. Stops early when the task is cancelled.
    public func run(_ checks: [BusCheck] = BusCheck.all) async -> BusConformanceReport {
        var report = BusConformanceReport(bus: self.harness.name, seed: self.harness.seed, scale: self.harness.scale)
        let clock = ContinuousClock()
        for check in checks where !Task.isCancelled {
            let start = clock.now
            let verdict = await self.verdict(of: check)
            let entry = BusConformanceReport.Entry(check: check, verdict: verdict, duration: clock.now - start)
            self.onEntry(entry)
            report.entries.append(entry)
        }
        return report
    }

    private func verdict(of check: BusCheck) async -> BusConformanceReport.Verdict {
        do {
            switch try await check.run(self.harness) {
            case .passed: return .passed
            case .partly(let reason): return .partly(reason)
            case .skipped(let reason): return .skipped(reason)
            }
        } catch let failure as BusCheckFailure {
            return .failed(failure)
        } catch {
            return .failed(
                BusCheckFailure(
                    check: check.id,
                    property: check.property,
                    expected: "the check could not run",
                    seed: self.harness.seed,
                    cause: error
                )
            )
        }
    }

    /// Runs what the arguments of a command line name, and prints the report.
    ///
    /// `--only ID` (any number of times), `--level core|resilient`, `--scale NUMBER`, `--seed NUMBER`, `--json`, `--list`.
    ///
    /// - Parameter arguments: The arguments, the program's name first.
    /// - Returns: Whether no check failed.
    /// - Throws: ``BusConformanceUsageError`` for arguments that make no sense.
    public func run(arguments: [String]) async throws -> Bool {
        let options = try BusConformanceOptions(arguments.dropFirst())
        if options.lists {
            for check in options.checks { print("\(check): \(check.title)") }
            return true
        }
        var harness = self.harness
        if let scale = options.scale { harness.scale = scale }
        if let seed = options.seed { harness.seed = seed }
        let report = await BusConformanceRunner(harness, onEntry: self.onEntry).run(options.checks)
        print(options.writesJSON ? report.json() : report.description)
        return report.failures.isEmpty
    }
}
