/// The memory of an idle hub connection against that of a plain WebSocket on SwiftNIO.
struct ConnectionsRow {
    var effort: Effort

    func run() throws {
        let connections = self.effort.isQuick ? 1_000 : 5_000
        var samples = Samples()
        for _ in 0..<(self.effort.isQuick ? 1 : 3) {
            for server in [FanOutServer.hub, .plain] {
                samples.add(server.name, try Self.measure(server, connections))
            }
        }
        var table = Table("Idle connections, \(connections)", reference: "SwiftNIO")
        table.add("bytes each", samples, "all", of: "hub", to: "plain", aim: .atMost(1.5))
        table.add("bytes each after the first fifth", samples, "later", of: "hub", to: "plain")
        table.add("connects/s", samples, "rate", of: "hub", to: "plain")
        table.write()
    }

    private static func measure(_ server: FanOutServer, _ connections: Int) throws -> [String: Double] {
        let values = try server.measure(["--memory", "--connections", "\(connections)"])[0]
        let (empty, some, all) = (values["empty"] ?? .nan, values["some"] ?? .nan, values["all"] ?? .nan)
        let later = Double(connections - connections / 5)
        return [
            "all": (all - empty) / Double(connections - 1),
            "later": (all - some) / later,
            "rate": later / (values["connect-seconds"] ?? .nan),
        ]
    }
}
