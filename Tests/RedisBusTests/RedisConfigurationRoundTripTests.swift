import RedisBus
import Testing

@Suite("The description of a configuration of RedisBus", .timeLimit(.minutes(1)))
struct RedisConfigurationRoundTripTests {
    @Test func isTheEffectiveConfiguration() throws {
        let configuration = try RedisBusConfiguration(
            "rediss+sentinel://me:secret@s1,s2:7/mymaster?sentinelPassword=x&prefix=a%3A&keepAlive=0.5&caFile=/ca.pem"
        )
        #expect(
            "\(configuration)" == """
                s1:26379,s2:7,serviceName=mymaster,user=me,password=***,sentinelPassword=***,ssl=true,caFile=/ca.pem,\
                channelPrefix=a:,name=swift-hubs,abortConnect=false,connectTimeout=2000,asyncTimeout=2000,keepAlive=0.5
                """
        )
    }

    @Test func quotesWhatAConnectionStringCannotSay() {
        var configuration = RedisBusConfiguration()
        configuration.channelPrefix = "a,ssl=true"
        configuration.clientName = "line\nfeed"
        #expect("\(configuration)".contains(#"channelPrefix="a,ssl=true",name="line\nfeed","#), "\(configuration)")
    }

    @Test(arguments: [
        "localhost", "unix:/run/a=b", "redis://h1:1,h2", "[fe80::1]:7000,ssl=true", "redis://h/3",
        "h,serviceName=mymaster,user=me,password=***,sentinelUser=u,sentinelPassword=***",
        "h,cluster=sharded,ssl=true,sslHost=x,caFile=/ca,certFile=/c,keyFile=/k,sslProtocols=tls13",
        "h,connectRetry=7,maximumPayloadBytes=1,maximumChannelBytes=2,maximumPublishesInFlight=3,maximumBytesInFlight=4",
        "h,topologyInterval=7,unsubscribeDelay=0,connectTimeout=86400000,asyncTimeout=1,keepAlive=0.001,abortConnect=true",
        "h,name=,channelPrefix=", "h,heartbeat=0,nodeName=a b",
    ])
    func meansTheSameWhenItIsRead(_ string: String) throws {
        let configuration = try RedisBusConfiguration(string)
        try Self.expectRoundTrip(configuration)
    }

    @Test(arguments: 0..<20)
    func meansTheSameWhenItIsReadForAnyConfiguration(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<50 { try Self.expectRoundTrip(Self.random(&random)) }
    }

    private static func expectRoundTrip(_ configuration: RedisBusConfiguration) throws {
        let again = try RedisBusConfiguration("\(configuration)")
        #expect("\(again)" == "\(configuration)")
        #expect(again.endpoints == configuration.endpoints)
        #expect(again.topology == configuration.topology)
        #expect(again.tls == configuration.tls)
        #expect(again.username == configuration.username)
        #expect(again.password == configuration.password)
        #expect(again.sentinelCredentials == configuration.sentinelCredentials)
        #expect(again.channelPrefix == configuration.channelPrefix)
        #expect(again.clientName == configuration.clientName)
        #expect(again.abortConnect == configuration.abortConnect)
        #expect(again.connectRetry == configuration.connectRetry)
        #expect(again.connectTimeout == configuration.connectTimeout)
        #expect(again.commandTimeout == configuration.commandTimeout)
        #expect(again.keepAlive == configuration.keepAlive)
        #expect(again.topologyInterval == configuration.topologyInterval)
        #expect(again.heartbeat == configuration.heartbeat)
        #expect(again.nodeName == configuration.nodeName)
        #expect(again.unsubscribeDelay == configuration.unsubscribeDelay)
        #expect(again.maximumPayloadBytes == configuration.maximumPayloadBytes)
        #expect(again.maximumChannelBytes == configuration.maximumChannelBytes)
        #expect(again.maximumPublishesInFlight == configuration.maximumPublishesInFlight)
        #expect(again.maximumBytesInFlight == configuration.maximumBytesInFlight)
        #expect(again.defaultDatabase == configuration.defaultDatabase)
    }

    /// Any configuration that a connection string can say, its passwords being what a description shows of them.
    private static func random(_ random: inout SeededGenerator) -> RedisBusConfiguration {
        var configuration = RedisBusConfiguration(endpoints: Self.endpoints(&random))
        configuration.topology =
            [.server, .sentinel(service: "s=1"), .cluster(.classic), .cluster(.sharded)].randomElement(using: &random)
            ?? .server
        if Bool.random(using: &random) { configuration.tls = Self.tls(&random) }
        if Bool.random(using: &random) { configuration.password = "***" }
        if Bool.random(using: &random) { configuration.username = "us er" }
        if case .sentinel = configuration.topology, Bool.random(using: &random) {
            let username = Bool.random(using: &random) ? "u" : nil
            configuration.sentinelCredentials = RedisCredentials(username: username, password: "***")
        }
        configuration.channelPrefix = ["", "a:", "é=b", "a://b"].randomElement(using: &random) ?? ""
        configuration.clientName = ["", "a b"].randomElement(using: &random) ?? ""
        configuration.abortConnect = Bool.random(using: &random)
        configuration.connectRetry = Int.random(in: 1...100, using: &random)
        configuration.connectTimeout = .milliseconds(Int.random(in: 1...86_400_000, using: &random))
        configuration.commandTimeout = .milliseconds(Int.random(in: 1...86_400_000, using: &random))
        configuration.keepAlive = .milliseconds(Int.random(in: 1...86_400_000, using: &random))
        configuration.unsubscribeDelay = .milliseconds(Int.random(in: 0...1_000, using: &random))
        return configuration
    }

    private static func endpoints(_ random: inout SeededGenerator) -> [RedisEndpoint] {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in
            let host = ["a.example", "::1", "10.0.0.1"].randomElement(using: &random) ?? ""
            return .tcp(host: host, port: Int.random(in: 1...65_535, using: &random))
        }
    }

    private static func tls(_ random: inout SeededGenerator) -> RedisTLSConfiguration {
        var tls = RedisTLSConfiguration()
        if Bool.random(using: &random) { tls.serverName = "name.example" }
        if Bool.random(using: &random) { tls.trustRoots = .file("/ca file.pem") }
        if Bool.random(using: &random) {
            tls.certificateChainFile = "/c=1.pem"
            tls.privateKeyFile = "/k.pem"
        }
        if Bool.random(using: &random) { tls.minimumVersion = .tls13 }
        return tls
    }
}
