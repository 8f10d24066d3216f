package import BusConformance
import BusCore
import Foundation
import RedisTestSupport

/// A soak of RedisBus on a real server, after which nothing may be left behind.
package enum RedisChaos {
    /// Something was left behind.
    package struct Leak: Error, CustomStringConvertible {
        package var description: String
    }

    /// Runs a soak on a server of its own.
    ///
    /// - Parameters:
    ///   - seed: Determines the schedule and the traffic.
    ///   - duration: How long faults come and go.
    ///   - onLine: Told each fault as it happens.
    /// - Returns: What happened.
    /// - Throws: `BusChaosFailure`, or ``Leak`` if descriptors, connections or subscriptions are left.
    package static func run(
        seed: UInt64,
        duration: Duration,
        onLine: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> BusChaosReport {
        let server = try await RedisServer.started()
        let faults = RedisFaults(server: server)
        let harness = RedisHarness.make(on: server, faults: faults)
        // What a first use opens for good, such as threads of the process's own, is no leak.
        try await Self.openAndClose(harness, faults)
        let descriptors = Self.descriptors
        let report = try await BusChaos(harness, seed: seed, duration: duration, onLine: onLine).run()
        try await faults.heal()
        try await faults.retire()
        try await Self.expectNothingLeft(harness, server, descriptors, report)
        return report
    }

    /// Opens a cluster, closes it, and stops this process for a moment.
    private static func openAndClose(_ harness: BusHarness, _ faults: RedisFaults) async throws {
        for bus in try await harness.makeCluster(nodes: 3, namespace: "warm-up.") {
            try await bus.connected(within: harness.bounds.reconnect)
            await bus.close()
        }
        try await faults.retire()
        try await faults.stallNode(for: .milliseconds(1))
    }

    /// What this process has open, as the system names it; nil where it does not tell.
    private static var descriptors: [String]? {
        let folder = "/proc/self/fd"
        return try? FileManager.default.contentsOfDirectory(atPath: folder).compactMap { number in
            // The descriptor that lists them is gone by now.
            try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(number)")
        }
    }

    private static func expectNothingLeft(
        _ harness: BusHarness,
        _ server: RedisServer,
        _ before: [String]?,
        _ report: BusChaosReport
    ) async throws {
        let clock = ContinuousClock()
        let end = clock.now + harness.bounds.settle
        while true {
            let connections = try await harness.inspector?.connections() ?? 0
            let channels = try await server.command("PUBSUB", "CHANNELS")
            let (before, open) = (before ?? [], Self.descriptors ?? [])
            let isGone = connections == 0 && channels == .array([])
            if isGone, open.count <= before.count { return }
            guard clock.now < end else {
                throw Leak(
                    description: """
                        After the soak \(connections) connections and the channels \(channels) are left at the server, and \
                        \(open.count) descriptors are open that were \(before.count) before; the new ones are \
                        \(Self.new(open, before)). \(report)
                        """
                )
            }
            // Nobody tells when the system has closed what was closed: it is asked until the deadline.
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// What is there more often than before.
    private static func new(_ open: [String], _ before: [String]) -> [String] {
        var old = before
        return open.filter { name in
            guard let index = old.firstIndex(of: name) else { return true }
            old.remove(at: index)
            return false
        }
    }
}
