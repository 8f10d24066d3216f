import BusConformance
import BusCore
import NIOCore
import RedisTestSupport

/// Asks all servers of a deployment what they know of their clients.
struct RedisDeploymentInspector: BusInspector {
    let servers: [RedisServer]
    /// Whether the bus uses the channels of shards.
    let isSharded: Bool

    func subscribers(of channel: BusChannel, in namespace: String) async throws -> Int? {
        let name = Array(namespace.utf8) + channel.bytes.readableBytesView
        var sum = 0
        for server in self.servers {
            let question = ["PUBSUB", self.isSharded ? "SHARDNUMSUB" : "NUMSUB"].map { Array($0.utf8) }
            guard case .integer(let count)? = try await server.command(question + [name]).elements?.last else {
                throw RedisServerError("PUBSUB was not answered with a number.")
            }
            sum += Int(count)
        }
        return sum
    }

    func connections() async throws -> Int? {
        var sum = 0
        for server in self.servers {
            let list = try await server.command("CLIENT", "LIST").text ?? ""
            sum += list.split(separator: "\n").count { $0.contains("name=swift-hubs") }
        }
        return sum
    }

    /// Unknown: servers hand messages on to one another, and count those too.
    func acceptedMessages() async throws -> Int? { nil }
}
