import BusConformance
import BusCore
import NIOCore
import RedisTestSupport

/// Asks a real Redis server what it knows of its clients.
struct RedisInspector: BusInspector {
    let server: RedisServer

    func subscribers(of channel: BusChannel, in namespace: String) async throws -> Int? {
        let name = Array(namespace.utf8) + channel.bytes.readableBytesView
        let reply = try await self.server.command([Array("PUBSUB".utf8), Array("NUMSUB".utf8), name])
        guard case .array(let parts) = reply, case .integer(let count)? = parts.last else {
            throw RedisServerError("PUBSUB NUMSUB: \(reply)")
        }
        return Int(count)
    }

    func connections() async throws -> Int? {
        let list = try await self.server.command("CLIENT", "LIST").text ?? ""
        return list.split(separator: "\n").count { $0.contains("name=swift-hubs") }
    }

    func acceptedMessages() async throws -> Int? {
        let statistics = try await self.server.command("INFO", "commandstats").text ?? ""
        for line in statistics.split(whereSeparator: \.isNewline) where line.hasPrefix("cmdstat_publish:calls=") {
            return Int(line.dropFirst("cmdstat_publish:calls=".count).prefix { $0.isNumber })
        }
        return 0
    }
}
