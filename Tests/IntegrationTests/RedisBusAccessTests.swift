import BusCore
import Logging
import NIOCore
import RedisBus
import RedisTestSupport
import Synchronization
import Testing

@Suite("RedisBus signs in", .timeLimit(.minutes(1)))
struct RedisBusAccessTests {
    @Test func withAPassword() async throws {
        let server = try await RedisServer.started(.unixSocket, password: "open sesame")
        let bus = try await server.connectedBus { $0.password = "open sesame" }
        #expect(try await bus.publish("x", to: "c").receivers == 0)
        await bus.close()
    }

    @Test(arguments: ["wrong-secret", nil])
    func saysWhatIsWrongAndKeepsTrying(_ password: String?) async throws {
        let server = try await RedisServer.started(.unixSocket, password: "right-secret")
        let log = LogRecorder()
        let bus = try server.bus(logger: log.logger) { $0.password = password }
        await bus.reaches { if case .reconnecting(let attempt, _) = $0 { attempt >= 2 } else { false } }
        let reason = try #require(await bus.health().reason)
        #expect(reason.contains("password"), "\(reason)")
        #expect(!log.all.joined().contains("secret"))
        try await server.command("CONFIG", "SET", "requirepass", password ?? "")
        try await bus.connected(within: .seconds(20))
        await bus.close()
    }

    @Test func saysThatTheServerHasNoPassword() async throws {
        let server = try await RedisServer.started()
        let bus = try server.bus { $0.password = "superfluous" }
        await bus.reaches { if case .reconnecting = $0 { true } else { false } }
        let reason = try #require(await bus.health().reason)
        #expect(reason.contains("Remove it"), "\(reason)")
        #expect(!reason.contains("superfluous"))
        await bus.close()
    }

    @Test func aDeniedChannelEndsAloneAmongMany() async throws {
        let server = try await RedisServer.started()
        try await server.command(
            "ACL",
            "SETUSER",
            "app",
            "on",
            ">pass",
            "resetchannels",
            "&ok-*",
            "&swift-hubs:*",
            "+@all"
        )
        let bus = try await server.connectedBus { configuration in
            configuration.username = "app"
            configuration.password = "pass"
        }
        let inbox = Inbox()
        var channels = (0..<700).map { BusChannel("ok-\($0)") }
        channels.insert("denied-1", at: 123)
        channels.insert("denied-2", at: 600)
        let subscription = try bus.subscribe(to: channels, receiver: inbox)
        var events = inbox.events.makeAsyncIterator()
        var ended: Set<BusChannel> = []
        for _ in 0..<2 {
            let (channel, error) = try await events.nextEnd()
            #expect(error.code == .unauthorized)
            ended.insert(channel)
        }
        #expect(ended == ["denied-1", "denied-2"])
        let error = await #expect(throws: BusError.self) { try await subscription.active(within: .seconds(10)) }
        #expect(error?.code == .unauthorized)
        let other = try await bus.subscribe(to: ["ok-last"], receiver: inbox, activeWithin: .seconds(10))
        for channel: BusChannel in ["ok-0", "ok-123", "ok-699", "ok-last"] {
            try await bus.publish("fine", to: channel)
            #expect(try await events.nextMessage().channel == channel)
        }
        let refused = await #expect(throws: BusError.self) { try await bus.publish("x", to: "denied-1") }
        #expect(refused?.code == .unauthorized)
        #expect(bus.state == .connected)
        other.cancel()
        await bus.close()
    }

    @Test func worksForAUserWithoutTheProbeChannel() async throws {
        let server = try await RedisServer.started()
        try await server.command("ACL", "SETUSER", "app", "on", ">pass", "resetchannels", "&ok-*", "+@all")
        let bus = try await server.connectedBus { configuration in
            configuration.username = "app"
            configuration.password = "pass"
        }
        #expect(await bus.health().isHealthy)
        let inbox = Inbox()
        _ = try await bus.subscribe(to: ["ok-1"], receiver: inbox, activeWithin: .seconds(10))
        try await bus.publish("x", to: "ok-1")
        var events = inbox.events.makeAsyncIterator()
        #expect(try await events.nextMessage().text == "x")
        await bus.close()
    }

    @Test func asksForCredentialsAtEachAttemptAndSaysWhenTheyAreRefused() async throws {
        let server = try await RedisServer.started(.unixSocket, password: "first")
        let current = Mutex("first")
        let bus = try await server.connectedBus { configuration in
            configuration.credentials = { RedisCredentials(password: current.withLock { $0 }) }
        }
        // A password is only asked for when a connection is made.
        let admin = try RedisAdmin(server)
        try admin.command("AUTH", "first")
        try admin.command("CONFIG", "SET", "requirepass", "second")
        try admin.command("CLIENT", "KILL", "TYPE", "pubsub")
        try admin.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        await bus.reaches { if case .reconnecting(_, .unauthorized) = $0 { true } else { false } }
        let health = await bus.health()
        #expect(health.error?.code == .unauthorized)
        #expect(health.reason?.contains("denies access") == true, "\(health.reason ?? "")")
        current.withLock { $0 = "second" }
        try await bus.connected(within: .seconds(20))
        await bus.close()
    }

    @Test func theDocumentedRightsAreEnough() async throws {
        let server = try await RedisServer.started()
        let rights = [
            "-@all", "+publish", "+subscribe", "+unsubscribe", "+ping", "+role", "+hello", "+client|setname",
        ]
        try await server.command(
            (["ACL", "SETUSER", "app", "on", ">pass", "resetchannels", "&MyApp:*"] + rights).map { Array($0.utf8) }
        )
        let bus = try await server.connectedBus { configuration in
            configuration.username = "app"
            configuration.password = "pass"
            configuration.channelPrefix = "MyApp:"
            configuration.heartbeat = .milliseconds(50)
            configuration.topologyInterval = .milliseconds(50)
        }
        let inbox = Inbox()
        let subscription = try await bus.subscribe(to: ["c"], receiver: inbox, activeWithin: .seconds(10))
        try await bus.publish("x", to: "c")
        var events = inbox.events.makeAsyncIterator()
        #expect(try await events.nextMessage().text == "x")
        #expect(await bus.health().isHealthy)
        subscription.cancel()
        try await wait(for: "the role has been asked for a few times") {
            let statistics = try await server.command("INFO", "commandstats").text ?? ""
            let line = statistics.split(whereSeparator: \.isNewline).first { $0.hasPrefix("cmdstat_role:calls=") }
            return (line?.dropFirst(19).prefix { $0.isNumber }).flatMap { Int($0) } ?? 0 > 4
        }
        let denials = try await server.command("ACL", "LOG")
        #expect(denials == .array([]), "\(denials)")
        await bus.close()
    }

    @Test func abortConnectGivesUpWithTheReason() async throws {
        let server = try RedisServer(.unixSocket)
        var configuration = try RedisBusConfiguration(server.url)
        configuration.abortConnect = true
        configuration.connectRetry = 2
        let aborting = configuration
        let error = await #expect(throws: BusError.self) { try await RedisBus.connect(aborting, logger: quiet) }
        #expect(error?.code == .linkFailed)
        #expect(error?.message.contains("cannot be reached") == true)
        try await server.start()
        let bus = try await RedisBus.connect(aborting, logger: quiet)
        #expect(bus.state == .connected)
        await bus.close()
    }

    @Test func logsTheEffectiveConfigurationWithoutThePassword() async throws {
        let log = LogRecorder()
        let string = "unix:/nowhere,password=hunter2,channelPrefix=MyApp:,defaultDatabase=3"
        let bus = try RedisBus(string, logger: log.logger)
        #expect(log.texts(.info).count == 1)
        #expect(log.texts(.info)[0].contains("channelPrefix=MyApp:"))
        #expect(log.texts(.warning).count { $0.contains("has no effect") } == 1)
        #expect(!log.all.joined().contains("hunter2"))
        await bus.close()
    }
}
