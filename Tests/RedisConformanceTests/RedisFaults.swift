import BusConformance
import BusCore
import NIOCore
import RedisBus
import RedisTestSupport
import Synchronization

/// Breaks a real Redis server for the conformance kit.
final class RedisFaults: BusFaultInjector {
    private struct State {
        /// The client names of the buses.
        var names: [ObjectIdentifier: String] = [:]
        /// Open while the server takes no new connections.
        var admin: RedisAdmin?
        var isDown = false
    }

    let server: RedisServer
    private let state = Mutex(State())

    init(server: RedisServer) {
        self.server = server
    }

    let verbs: Set<BusFaultVerb> = [
        .kill(.publishing), .kill(.subscribing), .kill(.both), .cut(.both), .cut(.subscribing), .cut(.publishing),
        .cutNode(.both), .cutNode(.subscribing), .cutNode(.publishing), .pause, .restart, .denyChannel,
    ]

    /// Remembers under which name a bus is known to the server.
    func add(_ bus: RedisBus, name: String) {
        self.state.withLock { $0.names[ObjectIdentifier(bus)] = name }
    }

    /// Cuts everything by killing the server; cuts a half, or one node, by ending its connections and taking no new ones.
    func cut(_ part: BusFaultPart, of bus: (any MessageBus)?) async throws {
        if bus == nil, part == .both {
            await self.server.kill9()
            return self.state.withLock { $0.isDown = true }
        }
        let name = self.state.withLock { state in bus.flatMap { state.names[ObjectIdentifier($0)] } } ?? "swift-hubs"
        let admin = try RedisAdmin(self.server)
        self.state.withLock { $0.admin = admin }
        let clients = try admin.command("CLIENT", "LIST").text?.split(separator: "\n").map(RedisClient.init) ?? []
        let victims = clients.filter { $0.name.hasPrefix(name) && part.concerns($0) }
        try admin.command("CONFIG", "SET", "maxclients", "\(clients.count - victims.count)")
        for victim in victims { try admin.command("CLIENT", "KILL", "ID", victim.id) }
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
        let (admin, isDown) = self.state.withLock { state in
            defer { (state.admin, state.isDown) = (nil, false) }
            return (state.admin, state.isDown)
        }
        if isDown { try await self.server.restart() }
        try admin?.command("CONFIG", "SET", "maxclients", "10000")
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

/// One line of `CLIENT LIST`.
private struct RedisClient {
    var id = ""
    var name = ""
    var isSubscribed = false

    init(_ line: Substring) {
        for field in line.split(separator: " ") {
            let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "id": self.id = String(parts[1])
            case "name": self.name = String(parts[1])
            case "sub": self.isSubscribed = parts[1] != "0"
            default: break
            }
        }
    }
}

extension BusFaultPart {
    fileprivate func concerns(_ client: RedisClient) -> Bool {
        switch self {
        case .both: true
        case .subscribing: client.isSubscribed
        case .publishing: !client.isSubscribed
        }
    }
}
