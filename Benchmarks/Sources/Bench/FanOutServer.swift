/// A server that is loaded, and how.
struct FanOutServer {
    var name: String
    private let program: String
    private let arguments: [String]
    private let load: [String]

    static let hub = FanOutServer(
        name: "hub",
        program: "HubFanOut",
        arguments: [],
        load: ["--path", "/hub", "--signalr"]
    )
    static let plain = FanOutServer(name: "plain", program: "PlainFanOut", arguments: [], load: [])
    static let coalescing = FanOutServer(
        name: "coalescing",
        program: "PlainFanOut",
        arguments: ["--coalescing"],
        load: []
    )

    /// Starts it anew on one core, lets the load generator have the other, and collects what that one reports.
    ///
    /// - Parameters:
    ///   - load: More arguments for the load generator.
    ///   - lines: How many lines it reports.
    /// - Returns: The values of each line.
    /// - Throws: ``BenchError`` if one of the two fails.
    func measure(_ load: [String], lines: Int = 1) throws -> [[String: Double]] {
        let server = try Program(self.program, core: 0, self.arguments)
        let port = Int(try server.nextValues()["port"] ?? 0)
        let generator = try Program(
            "CLoadGenerator",
            core: 1,
            ["--port", "\(port)", "--server", "\(server.id)"] + self.load + load
        )
        let values = try (0..<lines).map { _ in try generator.nextValues() }
        try generator.finish()
        try server.finish()
        return values
    }
}
