import ArgumentParser
import BusConformance
import Foundation

/// Runs the checks of the kit against RedisBus.
struct KitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kit",
        abstract: "Runs the checks of the conformance kit against RedisBus on real servers."
    )

    @Argument(help: "The checks to run, by id or by property; all if none is named.")
    var checks: [String] = []

    @Flag(help: "Run the full numbers of the catalogue with the product's own deadlines, on every deployment.")
    var full = false

    @Option(help: "What to run it on; can be given more than once.")
    var on: [Deployment] = []

    @Option(help: "What decides everything random.")
    var seed: UInt64?

    @Option(help: ArgumentHelp("Also write the reports as JSON.", valueName: "file"))
    var json: String?

    @Flag(help: "List the checks and run none.")
    var list = false

    private var selected: [BusCheck] {
        get throws {
            if self.checks.isEmpty { return BusCheck.all }
            return try self.checks.flatMap { name in
                let found = BusCheck.all.filter { $0.id == name || "\($0.property)" == name }
                if found.isEmpty { throw ValidationError("'\(name)' is no check; --list lists them.") }
                return found
            }
        }
    }

    func validate() throws {
        _ = try self.selected
    }

    func run() async throws {
        let checks = try self.selected
        if self.list {
            for check in checks { print("\(check): \(check.title)") }
            return
        }
        let deployments = self.on.isEmpty ? (self.full ? Deployment.allCases : [.server]) : self.on
        var reports: [BusConformanceReport] = []
        for deployment in deployments {
            let report = try await self.run(checks, on: deployment)
            print(report.table(), terminator: "\n\n")
            reports.append(report)
        }
        if let json = self.json {
            let text = "[" + reports.map { $0.json() }.joined(separator: ",\n") + "]\n"
            try text.write(toFile: json, atomically: true, encoding: .utf8)
        }
        if reports.contains(where: { !$0.failures.isEmpty }) { throw ExitCode.failure }
    }

    private func run(_ checks: [BusCheck], on deployment: Deployment) async throws -> BusConformanceReport {
        let scale = self.full ? 1 : 0.1
        let maker = HarnessMaker(deployment, scale: scale, isQuick: !self.full)
        var report = BusConformanceReport(bus: "RedisBus", seed: self.seed ?? 20_260, scale: scale)
        for check in checks {
            var harness = try await maker.harness()
            harness.seed = report.seed
            report.bus = harness.name
            report.entries += await BusConformanceRunner(harness, onEntry: Self.show).run([check]).entries
        }
        return report
    }

    private static func show(_ entry: BusConformanceReport.Entry) {
        FileHandle.standardError.write(Data("\(entry.verdict.name): \(entry.check)\n".utf8))
    }
}
