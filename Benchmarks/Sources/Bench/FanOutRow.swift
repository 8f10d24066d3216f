/// A hub that sends to 1,000 WebSocket clients against SwiftNIO that writes ready frames.
struct FanOutRow {
    private static let connections = 1_000
    private static let inFlight = [1, 16]

    var effort: Effort

    func run() throws {
        var samples = Samples()
        for _ in 0..<self.effort.rounds {
            for server in [FanOutServer.hub, .plain, .coalescing] {
                samples.add(server.name, try self.measure(server))
            }
        }
        for (server, title) in [
            (FanOutServer.plain, "SwiftNIO, a flush per message"), (.coalescing, "SwiftNIO, coalescing"),
        ] {
            var table = Table(
                "Fan-out to \(Self.connections) WebSocket clients, 128 B, server on one core, against \(title)",
                reference: "SwiftNIO"
            )
            for count in Self.inFlight {
                let (cpu, rate) = Self.aims(server.name, inFlight: count)
                for (label, figure, aim) in [("deliveries/s", "rate", rate), ("CPU s/M", "cpu", cpu)] {
                    let label = "\(label), \(count) in flight"
                    table.add(label, samples, "\(figure)-\(count)", of: "hub", to: server.name, aim: aim)
                }
            }
            table.write()
        }
    }

    private static func aims(_ server: String, inFlight: Int) -> (cpu: Table.Aim, rate: Table.Aim) {
        switch (server, inFlight) {
        case (FanOutServer.plain.name, 1): (.atMost(1.25), .none)
        case (FanOutServer.coalescing.name, 16): (.none, .atLeast(0.8))
        default: (.none, .none)
        }
    }

    private func measure(_ server: FanOutServer) throws -> [String: Double] {
        let load = [
            "--connections", "\(Self.connections)", "--milliseconds", "\(self.effort.scaled(2_000))",
        ]
        let lines = try server.measure(
            load + Self.inFlight.flatMap { ["--in-flight", "\($0)"] },
            lines: Self.inFlight.count
        )
        var figures: [String: Double] = [:]
        for (count, values) in zip(Self.inFlight, lines) {
            let deliveries = values["deliveries"] ?? .nan
            figures["rate-\(count)"] = deliveries / (values["seconds"] ?? .nan)
            figures["cpu-\(count)"] = (values["server-cpu"] ?? .nan) / deliveries * 1e6
        }
        return figures
    }
}
