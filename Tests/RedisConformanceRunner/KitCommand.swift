import ArgumentParser
import BusConformance
import Foundation
import RedisConformanceSupport
import RedisTestSupport

/// Runs the checks of the kit, each on a server of its own.
struct KitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kit",
        abstract: "Runs the checks of the conformance kit against RedisBus, each on a redis-server of its own."
    )

    @Argument(help: "The checks to run, by id or by property; all if none is named.")
    var checks: [String] = []

    @Flag(
        help: "Run the catalogue's full numbers with the product's own deadlines, instead of a tenth with short ones."
    )
    var full = false

    @Option(help: "What decides everything random.")
    var seed: UInt64?

    @Option(help: ArgumentHelp("Also write the report as JSON.", valueName: "file"))
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
        let scale = self.full ? 1 : 0.1
        var report = BusConformanceReport(bus: "RedisBus", seed: self.seed ?? 20_260, scale: scale)
        for check in checks {
            let server = try await RedisServer.started()
            var harness = RedisHarness.make(on: server, scale: scale, isQuick: !self.full)
            harness.seed = report.seed
            let entries = await BusConformanceRunner(harness, onEntry: Self.show).run([check]).entries
            report.entries += entries
        }
        print(report.table())
        if let json = self.json { try report.json().write(toFile: json, atomically: true, encoding: .utf8) }
        if !report.failures.isEmpty { throw ExitCode.failure }
    }

    private static func show(_ entry: BusConformanceReport.Entry) {
        FileHandle.standardError.write(Data("\(entry.verdict.name): \(entry.check)\n".utf8))
    }
}
