import BusCore
import NIOCore
import RedisBus
import RedisTestSupport
import Synchronization
import Testing

@Suite("Credentials and rights of RedisBus", .timeLimit(.minutes(1)))
struct RedisBusCredentialsTests {
    private struct NoCredentials: Error {}

    @Test func aFailureToGetCredentialsIsToldAndTriedAgain() async throws {
        let server = try await RedisServer.started(password: "pass")
        let isReady = Mutex(false)
        let bus = try server.bus { configuration in
            configuration.password = "never asked for"
            configuration.credentials = {
                guard isReady.withLock({ $0 }) else { throw NoCredentials() }
                return RedisCredentials(password: "pass")
            }
        }
        await bus.reaches { if case .reconnecting = $0 { true } else { false } }
        let reason = await bus.health().reason ?? ""
        #expect(reason.contains("could not be had: NoCredentials()"), "\(reason)")
        isReady.withLock { $0 = true }
        try await bus.connected(within: .seconds(20))
        await bus.close()
    }

    @Test func credentialsThatNeverComeAreGivenUp() async throws {
        let server = try await RedisServer.started(password: "pass")
        let (cancelled, continuation) = AsyncStream<Void>.makeStream()
        let bus = try server.bus { configuration in
            configuration.connectTimeout = .milliseconds(100)
            configuration.credentials = {
                let (never, end) = AsyncStream<Void>.makeStream()
                for await _ in never {}
                _ = withExtendedLifetime(end) { continuation.yield() }
                throw CancellationError()
            }
        }
        var cancellations = cancelled.makeAsyncIterator()
        // Both connections of a first attempt, and one of a second.
        for _ in 0..<3 { await cancellations.next() }
        #expect(!(await bus.health().isHealthy))
        await bus.close()
    }

    @Test func closesWhileCredentialsAreAskedFor() async throws {
        let (asked, continuation) = AsyncStream<Void>.makeStream()
        let (answer, answering) = AsyncStream<Void>.makeStream()
        let server = try await RedisServer.started(password: "pass")
        let bus = try server.bus { configuration in
            configuration.connectTimeout = .seconds(3_600)
            configuration.credentials = {
                continuation.yield()
                // Does not care that the task is cancelled.
                await Task { for await _ in answer {} }.value
                return RedisCredentials(password: "pass")
            }
        }
        for await _ in asked { break }
        await bus.close()
        #expect(bus.state == .closed)
        answering.finish()
    }

    @Test(arguments: [RedisClusterMode.classic, .sharded])
    func theDocumentedRightsAreEnoughInACluster(_ mode: RedisClusterMode) async throws {
        let cluster = try await RedisClusterDeployment.started(primaries: 3, replicas: 0)
        let rights =
            Self.rights + ["+cluster|slots"] + (mode == .sharded ? ["+spublish", "+ssubscribe", "+sunsubscribe"] : [])
        for node in cluster.nodes { try await node.permit(rights) }
        let bus = try Self.bus("127.0.0.1:\(cluster.nodes[0].port ?? 0)") { $0.topology = .cluster(mode) }
        try await bus.connected(within: .seconds(20))
        try await Self.exercise(bus)
        for node in cluster.nodes { try await node.expectNoDenials() }
        await bus.close()
    }

    @Test func theDocumentedRightsAreEnoughWithSentinels() async throws {
        let deployment = try await RedisSentinelDeployment.started()
        for server in deployment.servers { try await server.permit(Self.rights) }
        for sentinel in deployment.sentinels {
            try await sentinel.permit(
                ["+client|setname", "+sentinel|master", "+sentinel|sentinels", "+subscribe"],
                channels: "&+switch-master"
            )
        }
        let bus = try Self.bus("127.0.0.1:\(deployment.sentinels[0].port ?? 0)") { configuration in
            configuration.topology = .sentinel(service: RedisSentinelDeployment.name)
            configuration.sentinelCredentials = RedisCredentials(username: "app", password: "pass")
        }
        try await bus.connected(within: .seconds(20))
        try await Self.exercise(bus)
        for server in deployment.servers + deployment.sentinels { try await server.expectNoDenials() }
        await bus.close()
    }

    /// What a bus needs on a single server.
    private static let rights = [
        "+publish", "+subscribe", "+unsubscribe", "+ping", "+role", "+hello", "+client|setname",
    ]

    private static func bus(_ address: String, _ change: (inout RedisBusConfiguration) -> Void) throws -> RedisBus {
        var configuration = try RedisBusConfiguration("\(address),user=app,password=pass,channelPrefix=MyApp:")
        configuration.commandTimeout = .seconds(10)
        configuration.connectTimeout = .seconds(10)
        configuration.heartbeat = .milliseconds(50)
        configuration.topologyInterval = .milliseconds(50)
        configuration.keepAlive = .milliseconds(50)
        configuration.unsubscribeDelay = .zero
        change(&configuration)
        return try RedisBus(configuration: configuration, logger: quiet)
    }

    /// Uses all that a bus does.
    private static func exercise(_ bus: RedisBus) async throws {
        let inbox = Inbox()
        let channels = (0..<20).map { BusChannel("c\($0)") }
        let subscription = try await bus.subscribe(to: channels, receiver: inbox, activeWithin: .seconds(10))
        var events = inbox.events.makeAsyncIterator()
        for channel in channels {
            try await bus.publish("x", to: channel)
            #expect(try await events.nextMessage().channel == channel)
        }
        #expect(await bus.health().isHealthy)
        subscription.cancel()
        // Where a connection carries both, the server has been told of the end before it is told of this.
        _ = try await bus.subscribe(to: ["last"], receiver: inbox, activeWithin: .seconds(10))
        try await bus.publish("x", to: "last")
        #expect(try await events.nextMessage().channel == "last")
    }
}

extension RedisServer {
    /// Makes a user who may do this and nothing else.
    fileprivate func permit(_ rights: [String], channels: String = "&MyApp:*") async throws {
        let command = ["ACL", "SETUSER", "app", "on", ">pass", "resetchannels", channels, "-@all"] + rights
        let reply = try await self.command(command.map { Array($0.utf8) })
        #expect(reply == .status(Array("OK".utf8)))
    }

    /// The user was refused nothing.
    fileprivate func expectNoDenials() async throws {
        let denials = try await self.command("ACL", "LOG")
        #expect(denials == .array([]), "\(denials)")
    }
}
