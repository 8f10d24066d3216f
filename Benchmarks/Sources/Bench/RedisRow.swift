import Foundation

/// `RedisBus` to `RedisBus` against C to C on hiredis, each between two processes over one redis-server.
struct RedisRow {
    private struct Pair {
        var name: String
        var publisher: String
        var subscriber: String
    }

    var effort: Effort

    func run() throws {
        let pairs = [
            Pair(name: "hubs", publisher: "RedisPublisher", subscriber: "RedisSubscriber"),
            Pair(name: "c", publisher: "CRedisPublisher", subscriber: "CRedisSubscriber"),
        ]
        let folder = NSTemporaryDirectory() + "hubs-bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let socket = folder + "/s"
        let redis = try Self.startRedis(socket)
        defer { redis.stop() }

        for (payload, messages) in [(64, 1_000_000), (1_024, 500_000)] {
            var samples = Samples()
            for _ in 0..<self.effort.rounds {
                for pair in pairs {
                    samples.add(pair.name, try Self.measure(pair, socket, payload, self.effort.scaled(messages)))
                }
            }
            var table = Table("Redis, from one process to another, \(payload) B", reference: "hiredis")
            table.add("messages/s", samples, "rate", of: "hubs", to: "c", aim: .atLeast(0.9))
            table.add("subscriber CPU s/M", samples, "subscriber", of: "hubs", to: "c", aim: .atMost(1.5))
            table.add("publisher CPU s/M", samples, "publisher", of: "hubs", to: "c", aim: .atMost(1.5))
            table.write()
        }
    }

    /// A server of its own, without the bound on what waits for a subscriber: a backlog costs time, it does not end the run.
    private static func startRedis(_ socket: String) throws -> Program {
        let redis = try Program(
            "redis-server",
            [
                "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--logfile", "",
                "--client-output-buffer-limit", "pubsub 0 0 0",
            ],
            isInstalled: true
        )
        do {
            try redis.waitForLine(containing: "server is now ready")
        } catch {
            throw BenchError("redis-server did not start. On Debian: apt-get install redis-server")
        }
        return redis
    }

    private static func measure(
        _ pair: Pair,
        _ socket: String,
        _ payload: Int,
        _ messages: Int
    ) throws -> [String: Double] {
        let arguments = ["--socket", socket, "--payload", "\(payload)", "--messages", "\(messages)"]
        let subscriber = try Program(pair.subscriber, arguments)
        try subscriber.waitForLine(containing: "ready")
        let publisher = try Program(pair.publisher, arguments)
        let published = try publisher.nextValues()
        let received = try subscriber.nextValues()
        try publisher.finish()
        try subscriber.finish()
        let seconds = (received["end"] ?? .nan) - (published["start"] ?? .nan)
        return [
            "rate": Double(messages) / seconds,
            "publisher": (published["cpu"] ?? .nan) / Double(messages) * 1e6,
            "subscriber": (received["cpu"] ?? .nan) / Double(messages) * 1e6,
        ]
    }
}
