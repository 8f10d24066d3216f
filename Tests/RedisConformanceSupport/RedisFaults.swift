package import BusConformance
import BusConformanceProxy
package import BusCore
import NIOCore
package import RedisTestSupport
import Synchronization

/// Breaks a real Redis server, and the way of each bus to it, for the conformance kit.
package final class RedisFaults: BusFaultInjector {
    private struct State {
        var nodes: [RedisNode] = []
        var created = 0
        var retiredAttempts = 0
        var isDown = false
    }

    private let server: RedisServer
    private let state = Mutex(State())

    package init(server: RedisServer) {
        self.server = server
    }

    package let verbs: Set<BusFaultVerb> = [
        .kill(.publishing), .kill(.subscribing), .kill(.both), .cut(.both), .cut(.subscribing), .cut(.publishing),
        .cutNode(.both), .cutNode(.subscribing), .cutNode(.publishing), .pause, .restart, .denyChannel,
        .blackhole(.publishing), .blackhole(.subscribing), .blackhole(.both), .slow, .starve, .stallNode,
    ]

    // MARK: Nodes

    /// Makes a bus behind a proxy of its own.
    ///
    /// - Parameter make: Told the port of the proxy and the name that the bus's connections are to have.
    /// - Returns: The bus.
    /// - Throws: What making it throws.
    package func node<Bus: MessageBus>(_ make: (_ port: Int, _ name: String) throws -> Bus) async throws -> Bus {
        try await self.retire()
        let number = self.state.withLock { state in
            state.created += 1
            return state.created
        }
        let proxy = try await RedisNode.proxy(before: self.server)
        let name = "swift-hubs-\(number)."
        let bus = try make(proxy.port, name)
        self.state.withLock { $0.nodes.append(RedisNode(name: name, bus: bus, proxy: proxy)) }
        return bus
    }

    /// Lets go of the proxies whose buses are closed.
    package func retire() async throws {
        for node in self.nodes where node.bus.state == .closed {
            let attempts = await node.proxy.attempts()
            await node.proxy.shutDown()
            self.state.withLock { state in
                state.retiredAttempts += attempts
                state.nodes.removeAll { $0.name == node.name }
            }
        }
    }

    /// How often buses have tried to connect.
    package func connectionAttempts() async -> Int {
        var sum = self.state.withLock { $0.retiredAttempts }
        for node in self.nodes { sum += await node.proxy.attempts() }
        return sum
    }

    private var nodes: [RedisNode] { self.state.withLock { $0.nodes } }

    // MARK: Faults

    /// Cuts everything by killing the server; cuts a half, or one node, by ending its connections and refusing new ones.
    package func cut(_ part: BusFaultPart, of bus: (any MessageBus)?) async throws {
        if bus == nil, part == .both {
            await self.server.kill9()
            return self.state.withLock { $0.isDown = true }
        }
        let victims = self.nodes.filter { bus == nil || $0.bus === bus }
        for victim in victims { await victim.proxy.refuse(part.label) }
        let clients = try await self.clients().filter { client in
            client.belongs(to: part) && victims.contains { client.name.hasPrefix($0.name) }
        }
        for client in clients { try await self.server.command("CLIENT", "KILL", "ID", client.id) }
    }

    private func clients() async throws -> [RedisClient] {
        let list = try await self.server.command("CLIENT", "LIST").text ?? ""
        return list.split(separator: "\n").map(RedisClient.init)
    }

    package func kill(_ part: BusFaultPart) async throws {
        if part != .subscribing { try await self.server.command("CLIENT", "KILL", "TYPE", "normal") }
        if part != .publishing { try await self.server.command("CLIENT", "KILL", "TYPE", "pubsub") }
    }

    package func pause() async throws {
        self.server.pause()
    }

    package func restart() async throws {
        try await self.server.restart()
    }

    package func blackhole(_ part: BusFaultPart) async throws {
        for node in self.nodes { await node.proxy.blackhole(part.label) }
    }

    package func slow(bytesPerWrite: Int, latency: Duration) async throws {
        for node in self.nodes { await node.proxy.slow(bytesPerWrite: bytesPerWrite, latency: latency) }
    }

    package func starve() async throws {
        for node in self.nodes { await node.proxy.starve(.subscribing) }
    }

    package func stallNode(for duration: Duration) async throws {
        try await ProcessStall.stall(for: duration)
    }

    package func deny(_ channel: BusChannel, in namespace: String) async throws {
        let name = Array(namespace.utf8) + channel.bytes.readableBytesView
        let patterns = GlobPatterns.ofAllBut(name).map { [UInt8(ascii: "&")] + $0 }
        let reply = try await self.server.command(
            ["ACL", "SETUSER", "default", "resetchannels"].map { Array($0.utf8) } + patterns
        )
        guard reply == .status(Array("OK".utf8)) else { throw RedisServerError("ACL SETUSER: \(reply)") }
    }

    package func heal() async throws {
        self.server.resume()
        let isDown = self.state.withLock { state in
            defer { state.isDown = false }
            return state.isDown
        }
        if isDown { try await self.server.restart() }
        try await self.server.command("ACL", "SETUSER", "default", "allchannels")
        for node in self.nodes { await node.proxy.heal() }
    }
}
