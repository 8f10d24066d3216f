import BusCore
import NIOCore
import RedisBus
import RedisTestSupport
import Testing

@Suite("RedisBus over TLS", .timeLimit(.minutes(1)))
struct RedisBusTLSTests {
    private let certificates: TestCertificates

    init() throws {
        self.certificates = try TestCertificates()
    }

    @Test(arguments: ["localhost", "127.0.0.1"])
    func deliversPayloadsOfAnySize(_ host: String) async throws {
        let (server, authority) = try await self.server()
        let bus = try await server.connectedBus(host) { $0.tls?.trustRoots = .file(authority.certificate) }
        let inbox = Inbox()
        _ = try await bus.subscribe(to: ["c"], receiver: inbox, activeWithin: .seconds(10))
        var events = inbox.events.makeAsyncIterator()
        // A record of TLS carries 16 KiB.
        for size in [0, 1, 16_383, 16_384, 16_385, 100_000, 1_048_576] {
            let payload = ByteBuffer(repeating: UInt8(truncatingIfNeeded: size &* 31 &+ 7), count: size)
            try await bus.publish(payload, to: "c")
            #expect(try await events.nextMessage().payload == payload)
        }
        let health = await bus.health()
        #expect(health.isHealthy, "\(health.reason ?? "")")
        await bus.close()
    }

    @Test func keepsTheOrderOfManyMessages() async throws {
        let (server, authority) = try await self.server()
        let bus = try await server.connectedBus { $0.tls?.trustRoots = .file(authority.certificate) }
        let inbox = Inbox()
        _ = try await bus.subscribe(to: ["c"], receiver: inbox, activeWithin: .seconds(10))
        for number in 0..<5_000 {
            bus.submit(ByteBuffer(string: "\(number)"), to: "c") { result in
                if case .failure(let error) = result { Issue.record(error) }
            }
        }
        var events = inbox.events.makeAsyncIterator()
        for number in 0..<5_000 { #expect(try await events.nextMessage().text == "\(number)") }
        await bus.close()
    }

    @Test func comesBackAfterAKill() async throws {
        let (server, authority) = try await self.server()
        let bus = try await server.connectedBus { $0.tls?.trustRoots = .file(authority.certificate) }
        let inbox = Inbox()
        _ = try await bus.subscribe(to: ["c"], receiver: inbox, activeWithin: .seconds(10))
        await server.server.kill9()
        await bus.reaches { ($0.attempt ?? 0) >= 2 }
        let reason = await bus.health().reason ?? ""
        #expect(reason.contains("cannot be reached: the connection was refused"), "\(reason)")
        try await server.server.start()
        try await bus.connected(within: .seconds(20))
        try await bus.publish("back", to: "c")
        var events = inbox.events.makeAsyncIterator()
        #expect(try await events.nextGap().channel == "c")
        #expect(try await events.nextMessage().text == "back")
        await bus.close()
    }

    @Test func showsTheCertificateThatTheServerWants() async throws {
        let (server, authority) = try await self.server(wantsCertificates: true)
        let client = try await self.certificates.certificate("client", signedBy: authority)
        let bus = try await server.connectedBus { configuration in
            configuration.tls?.trustRoots = .file(authority.certificate)
            configuration.tls?.certificateChainFile = client.certificate
            configuration.tls?.privateKeyFile = client.key
        }
        try await bus.publish("x", to: "c")
        await bus.close()
    }

    @Test func saysThatTheServerWantsACertificate() async throws {
        let (server, authority) = try await self.server(wantsCertificates: true)
        for version in [RedisTLSConfiguration.Version.tls12, .tls13] {
            let reason = try await server.failure { configuration in
                configuration.tls?.trustRoots = .file(authority.certificate)
                configuration.tls?.minimumVersion = version
            }
            #expect(reason.contains("set certFile and keyFile"), "\(reason)")
        }
    }

    @Test func saysThatTheServerDoesNotAcceptTheCertificate() async throws {
        let (server, authority) = try await self.server(wantsCertificates: true)
        let other = try await self.certificates.authority("Other")
        let client = try await self.certificates.certificate("client", signedBy: other)
        let reason = try await server.failure { configuration in
            configuration.tls?.trustRoots = .file(authority.certificate)
            configuration.tls?.certificateChainFile = client.certificate
            configuration.tls?.privateKeyFile = client.key
        }
        #expect(reason.contains("certFile"), "\(reason)")
    }

    @Test func refusesAServerOfAnotherAuthorityAndSendsItNothing() async throws {
        let (server, _) = try await self.server()
        let other = try await self.certificates.authority("Other")
        for roots in [RedisTLSConfiguration.TrustRoots.file(other.certificate), .system] {
            let reason = try await server.failure { configuration in
                configuration.tls?.trustRoots = roots
                configuration.password = "hunter2"
            }
            #expect(reason.contains("(issued by Authority): set caFile"), "\(reason)")
        }
        try await server.expectNoSignIn()
    }

    @Test func refusesAServerOfAnotherNameAndSendsItNothing() async throws {
        let (server, authority) = try await self.server(names: [
            "DNS:redis.internal", "DNS:*.example.org", "IP:10.0.0.1",
        ])
        for host in ["localhost", "127.0.0.1"] {
            let reason = try await server.failure(host) { configuration in
                configuration.tls?.trustRoots = .file(authority.certificate)
                configuration.password = "hunter2"
            }
            #expect(reason.contains("(redis.internal, *.example.org, 10.0.0.1)"), "\(reason)")
            #expect(reason.contains("Set sslHost"), "\(reason)")
            #expect(host == "127.0.0.1" || reason.contains("than localhost"), "\(reason)")
        }
        try await server.expectNoSignIn()
        for name in ["redis.internal", "a.example.org"] {
            let bus = try await server.connectedBus("127.0.0.1") { configuration in
                configuration.tls?.trustRoots = .file(authority.certificate)
                configuration.tls?.serverName = name
            }
            await bus.close()
        }
    }

    @Test func saysSinceWhenTheCertificateIsInvalid() async throws {
        let (server, authority) = try await self.server(days: -1)
        let reason = try await server.failure { $0.tls?.trustRoots = .file(authority.certificate) }
        #expect(reason.contains(/the server's certificate expired on 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC/), "\(reason)")
    }

    @Test func saysThatThePortSpeaksNoTLS() async throws {
        let server = try await RedisServer.started(.tcp)
        let bus = try server.bus { configuration in
            configuration.tls = RedisTLSConfiguration()
            configuration.connectTimeout = .milliseconds(500)
        }
        await bus.reaches { ($0.attempt ?? 0) >= 2 }
        let reason = await bus.health().reason ?? ""
        // Redis takes the handshake for a command whose end has not come, or for one that it does not know.
        #expect(reason.contains(/speak TLS on this port/), "\(reason)")
        await bus.close()
    }

    @Test func saysThatThePortSpeaksTLS() async throws {
        let (server, _) = try await self.server()
        let reason = try await server.failure { $0.tls = nil }
        #expect(reason.contains("ssl=true"), "\(reason)")
    }

    @Test func saysThatTheServerSpeaksNoVersionThatIsAllowed() async throws {
        let (server, authority) = try await self.server(arguments: ["--tls-protocols", "TLSv1.2"])
        let reason = try await server.failure { configuration in
            configuration.tls?.trustRoots = .file(authority.certificate)
            configuration.tls?.minimumVersion = .tls13
        }
        #expect(reason.contains("speaks no version of TLS from 1.3 on"), "\(reason)")
        let bus = try await server.connectedBus { $0.tls?.trustRoots = .file(authority.certificate) }
        await bus.close()
    }

    @Test func readsRotatedFilesAtTheNextConnection() async throws {
        let (server, authority) = try await self.server()
        let other = try await self.certificates.authority("Other")
        let file = try self.certificates.copy(other.certificate, to: "roots.pem")
        let bus = try server.bus { $0.tls?.trustRoots = .file(file) }
        await bus.reaches { if case .reconnecting = $0 { true } else { false } }
        try self.certificates.copy(authority.certificate, to: "roots.pem")
        try await bus.connected(within: .seconds(20))
        // Half a file is no reason to lose what works.
        try self.certificates.write("roots.pem", "-----BEGIN CERTIFICATE-----\nMIIB")
        try await server.server.restart()
        await bus.reaches { $0 != .connected }
        try await bus.connected(within: .seconds(20))
        await bus.close()
    }

    @Test(arguments: [RedisClusterMode.classic, .sharded])
    func reachesTheNodesOfACluster(_ mode: RedisClusterMode) async throws {
        // By default a node talks to others on its port plus 10,000, which somebody else may have.
        let busPort = ["--cluster-port", "\(try LoopbackPorts.next())"]
        let arguments = ["--cluster-enabled", "yes", "--tls-cluster", "yes"] + busPort
        let (server, authority) = try await self.server(arguments: arguments)
        #expect(try await server.server.command("CLUSTER", "ADDSLOTSRANGE", "0", "16383") == .status(Array("OK".utf8)))
        let bus = try await server.connectedBus { configuration in
            configuration.tls?.trustRoots = .file(authority.certificate)
            configuration.topology = .cluster(mode)
        }
        let inbox = Inbox()
        _ = try await bus.subscribe(to: ["c"], receiver: inbox, activeWithin: .seconds(10))
        try await bus.publish("x", to: "c")
        var events = inbox.events.makeAsyncIterator()
        #expect(try await events.nextMessage().text == "x")
        await bus.close()
    }

    /// A server and the authority that signed its certificate.
    private func server(
        names: [String] = ["DNS:localhost", "IP:127.0.0.1"],
        days: Int = 2,
        wantsCertificates: Bool = false,
        arguments: [String] = []
    ) async throws -> (RedisTLSServer, TestCertificates.Pair) {
        let authority = try await self.certificates.authority("Authority")
        let pair = try await self.certificates.certificate("server", signedBy: authority, names: names, days: days)
        let server = try await RedisTLSServer.started(
            pair,
            authority: authority,
            wantsCertificates: wantsCertificates,
            arguments: arguments
        )
        return (server, authority)
    }
}

extension RedisTLSServer {
    /// A bus that speaks TLS with this server.
    fileprivate func bus(
        _ host: String = "localhost",
        _ change: (inout RedisBusConfiguration) -> Void
    ) throws -> RedisBus {
        var configuration = try RedisBusConfiguration("rediss://\(host):\(self.port)")
        configuration.connectTimeout = .seconds(10)
        configuration.commandTimeout = .seconds(10)
        change(&configuration)
        return try RedisBus(configuration: configuration, logger: quiet)
    }

    /// A bus that has connected.
    fileprivate func connectedBus(
        _ host: String = "localhost",
        _ change: (inout RedisBusConfiguration) -> Void
    ) async throws -> RedisBus {
        let bus = try self.bus(host, change)
        try await bus.connected(within: .seconds(20))
        return bus
    }

    /// Why a bus cannot connect.
    fileprivate func failure(
        _ host: String = "localhost",
        _ change: (inout RedisBusConfiguration) -> Void
    ) async throws -> String {
        let bus = try self.bus(host, change)
        await bus.reaches { $0 == .connected || ($0.attempt ?? 0) >= 2 }
        let reason = await bus.health().reason
        await bus.close()
        return reason ?? "connected"
    }

    /// Nobody has tried to sign in.
    fileprivate func expectNoSignIn() async throws {
        let commands = try await self.server.command("INFO", "commandstats").text ?? ""
        #expect(commands.contains("cmdstat_info") || !commands.isEmpty)
        #expect(!commands.contains("cmdstat_auth"), "\(commands)")
        #expect(!commands.contains("cmdstat_subscribe"), "\(commands)")
    }
}

extension BusState {
    /// The number of the attempt to reconnect.
    fileprivate var attempt: Int? {
        if case .reconnecting(let attempt, _) = self { attempt } else { nil }
    }
}
