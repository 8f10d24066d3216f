import BusConformance
package import BusCore
import NIOCore
import RedisTestSupport

/// Asks a real Redis server what it knows of its clients.
package struct RedisInspector: BusInspector {
    let server: RedisServer
    let faults: RedisFaults

    package func subscribers(of channel: BusChannel, in namespace: String) async throws -> Int? {
        let name = Array(namespace.utf8) + channel.bytes.readableBytesView
        let reply = try await self.server.command([Array("PUBSUB".utf8), Array("NUMSUB".utf8), name])
        guard case .array(let parts) = reply, case .integer(let count)? = parts.last else {
            throw RedisServerError("PUBSUB NUMSUB: \(reply)")
        }
        return Int(count)
    }

    package func connections() async throws -> Int? {
        let list = try await self.server.command("CLIENT", "LIST").text ?? ""
        return list.split(separator: "\n").count { $0.contains("name=swift-hubs") }
    }

    package func acceptedMessages() async throws -> Int? {
        try await self.calls(of: "publish")
    }

    package func subscribeCommands() async throws -> Int? {
        try await self.calls(of: "subscribe")
    }

    package func connectionAttempts() async throws -> Int? {
        await self.faults.connectionAttempts()
    }

    private func calls(of command: String) async throws -> Int {
        let start = "cmdstat_\(command):calls="
        let statistics = try await self.server.command("INFO", "commandstats").text ?? ""
        for line in statistics.split(whereSeparator: \.isNewline) where line.hasPrefix(start) {
            return Int(line.dropFirst(start.count).prefix { $0.isNumber }) ?? 0
        }
        return 0
    }
}
