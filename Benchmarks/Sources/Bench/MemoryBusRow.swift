/// `InMemoryBus` against closures in a table under a Mutex.
struct MemoryBusRow {
    var effort: Effort

    func run() throws {
        for (subscribers, messages) in [(1, 1_000_000), (1_000, 20_000)] {
            var samples = Samples()
            for _ in 0..<self.effort.rounds {
                for subject in ["bus", "closures"] {
                    samples.add(subject, try self.measure(subject, subscribers, self.effort.scaled(messages)))
                }
            }
            var table = Table(
                "InMemoryBus, \(subscribers) subscriber\(subscribers == 1 ? "" : "s"), 128 B",
                reference: "closure table"
            )
            table.add("deliveries/s", samples, "rate", of: "bus", to: "closures", aim: .atLeast(0.4))
            table.add("CPU s/M", samples, "cpu", of: "bus", to: "closures", aim: .atMost(2.5))
            table.write()
        }
    }

    private func measure(_ subject: String, _ subscribers: Int, _ messages: Int) throws -> [String: Double] {
        let program = try Program(
            "InProcess",
            core: 0,
            ["--subject", subject, "--subscribers", "\(subscribers)", "--messages", "\(messages)"]
        )
        let values = try program.nextValues()
        try program.finish()
        let deliveries = values["deliveries"] ?? .nan
        return [
            "rate": deliveries / (values["seconds"] ?? .nan),
            "cpu": (values["cpu"] ?? .nan) / deliveries * 1e6,
        ]
    }
}
