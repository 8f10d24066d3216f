import ArgumentParser
import BusConformance
import Foundation
import RedisConformanceSupport

/// Runs a soak of three nodes under every fault there is.
struct ChaosCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chaos",
        abstract: "Runs three nodes of RedisBus under a seeded mix of faults, and checks every message."
    )

    @Option(help: "How long faults come and go, in minutes.")
    var minutes = 1.0

    @Option(help: "What decides the schedule and the traffic; drawn if it is not given.")
    var seed: UInt64 = .random(in: 1...999_999)

    func validate() throws {
        guard self.minutes > 0 else { throw ValidationError("--minutes takes a number greater than 0.") }
    }

    func run() async throws {
        Self.show("seed \(self.seed)")
        do {
            print(try await RedisChaos.run(seed: self.seed, duration: .seconds(60 * self.minutes), onLine: Self.show))
        } catch let failure as BusChaosFailure {
            print(failure)
            throw ExitCode.failure
        }
    }

    @Sendable private static func show(_ line: String) {
        FileHandle.standardError.write(Data("\(line)\n".utf8))
    }
}
