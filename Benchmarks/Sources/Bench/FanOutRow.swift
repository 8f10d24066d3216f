/// A hub that sends to 1,000 WebSocket clients against SwiftNIO that writes ready frames.
struct FanOutRow {
    /// How many messages are under way, and how many clients send them in turns.
    private struct Load {
        var inFlight: Int
        var senders: Int

        var label: String {
            if self.inFlight == 1 { return "1 in flight" }
            return "\(self.inFlight) in flight, \(self.senders) sender\(self.senders == 1 ? "" : "s")"
        }
    }

    private static let connections = 1_000
    private static let loads = [
        Load(inFlight: 1, senders: 1), Load(inFlight: 16, senders: 1), Load(inFlight: 16, senders: 16),
    ]

    var effort: Effort

    func run() throws {
        var samples = Samples()
        for _ in 0..<self.effort.rounds {
            for server in [FanOutServer.hub, .plain, .coalescing] {
                samples.add(server.name, try self.measure(server))
            }
        }
        Self.write(samples, .plain, "SwiftNIO that flushes each frame")
        Self.write(samples, .coalescing, "SwiftNIO that joins the frames of a turn")
    }

    private static func write(_ samples: Samples, _ server: FanOutServer, _ title: String) {
        var table = Table(
            "Hub, \(Self.connections) WebSocket clients, 128 B, server on one core; against \(title)",
            reference: "SwiftNIO"
        )
        for load in Self.loads {
            let (cpu, rate) = Self.aims(server.name, load)
            for (figure, aim) in [("deliveries/s", rate), ("CPU s/M", cpu)] {
                let label = "\(figure), \(load.label)"
                table.add(label, samples, label, of: FanOutServer.hub.name, to: server.name, aim: aim)
            }
        }
        table.write()
    }

    private static func aims(_ server: String, _ load: Load) -> (cpu: Table.Aim, rate: Table.Aim) {
        switch (server, load.inFlight) {
        case (FanOutServer.plain.name, 1): (.atMost(1.25), .none)
        case (FanOutServer.coalescing.name, 16): (.none, .atLeast(0.8))
        default: (.none, .none)
        }
    }

    private func measure(_ server: FanOutServer) throws -> [String: Double] {
        var arguments = ["--connections", "\(Self.connections)", "--milliseconds", "\(self.effort.scaled(1_500))"]
        for load in Self.loads {
            arguments += ["--senders", "\(load.senders)", "--in-flight", "\(load.inFlight)"]
        }
        var figures: [String: Double] = [:]
        for (load, values) in zip(Self.loads, try server.measure(arguments, lines: Self.loads.count)) {
            let deliveries = values["deliveries"] ?? .nan
            figures["deliveries/s, \(load.label)"] = deliveries / (values["seconds"] ?? .nan)
            figures["CPU s/M, \(load.label)"] = (values["server-cpu"] ?? .nan) / deliveries * 1e6
        }
        return figures
    }
}
