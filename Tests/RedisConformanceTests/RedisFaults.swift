import BusConformance
import BusCore
import NIOCore
import RedisTestSupport

/// Breaks a real Redis server for the conformance kit.
struct RedisFaults: BusFaultInjector {
    let server: RedisServer

    var verbs: Set<BusFaultVerb> {
        [.kill(.publishing), .kill(.subscribing), .kill(.both), .pause, .restart, .denyChannel]
    }

    func kill(_ part: BusFaultPart) async throws {
        if part != .subscribing { try await self.server.command("CLIENT", "KILL", "TYPE", "normal") }
        if part != .publishing { try await self.server.command("CLIENT", "KILL", "TYPE", "pubsub") }
    }

    func pause() async throws {
        self.server.pause()
    }

    func restart() async throws {
        try await self.server.restart()
    }

    func deny(_ channel: BusChannel, in namespace: String) async throws {
        let name = Array(namespace.utf8) + channel.bytes.readableBytesView
        let patterns = Self.patterns(ofAllBut: name).map { [UInt8(ascii: "&")] + $0 }
        let reply = try await self.server.command(
            ["ACL", "SETUSER", "default", "resetchannels"].map { Array($0.utf8) } + patterns
        )
        guard reply == .status(Array("OK".utf8)) else { throw RedisServerError("ACL SETUSER: \(reply)") }
    }

    func heal() async throws {
        self.server.resume()
        try await self.server.command("ACL", "SETUSER", "default", "allchannels")
    }

    /// Glob patterns that match every name but one: names that differ at some place, shorter ones and longer ones.
    private static func patterns(ofAllBut name: [UInt8]) -> [[UInt8]] {
        var patterns = [Self.escaped(name) + Array("?*".utf8)]
        for place in name.indices {
            let start = Self.escaped(Array(name[..<place]))
            if !start.isEmpty { patterns.append(start) }
            patterns.append(start + Array("[^".utf8) + Self.escaped([name[place]]) + Array("]*".utf8))
        }
        return patterns
    }

    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { [UInt8(ascii: "\\"), $0] }
    }
}
