import RedisBus
import Testing

@Suite("Configuration of RedisBus", .timeLimit(.minutes(1)))
struct RedisBusConfigurationTests {
    @Test(arguments: [
        ("example.org", [RedisEndpoint.tcp(host: "example.org", port: 6379)]),
        ("example.org:7000", [.tcp(host: "example.org", port: 7000)]),
        (" example.org:7000 , name = x ", [.tcp(host: "example.org", port: 7000)]),
        ("[::1]:7000", [.tcp(host: "::1", port: 7000)]),
        ("[fe80::1]", [.tcp(host: "fe80::1", port: 6379)]),
        ("::1", [.tcp(host: "::1", port: 6379)]),
        ("a:1,b,c:3,name=x", [.tcp(host: "a", port: 1), .tcp(host: "b", port: 6379), .tcp(host: "c", port: 3)]),
        ("unix:/run/redis.sock", [.unixSocket(path: "/run/redis.sock")]),
        ("unix:/run/a=b.sock,name=x", [.unixSocket(path: "/run/a=b.sock")]),
        ("!/run/redis.sock", [.unixSocket(path: "/run/redis.sock")]),
        ("password=x", [.tcp(host: "localhost", port: 6379)]),
        ("password=a://b", [.tcp(host: "localhost", port: 6379)]),
        ("redis://", [.tcp(host: "localhost", port: 6379)]),
        ("redis://example.org", [.tcp(host: "example.org", port: 6379)]),
        ("REDIS://example.org:7000/2?prefix=a", [.tcp(host: "example.org", port: 7000)]),
        ("valkey://example.org/", [.tcp(host: "example.org", port: 6379)]),
        ("redis://[::1]:7000", [.tcp(host: "::1", port: 7000)]),
        (" redis://example.org:7000\r\n", [.tcp(host: "example.org", port: 7000)]),
        ("redis://a:1,b", [.tcp(host: "a", port: 1), .tcp(host: "b", port: 6379)]),
        ("redis+unix:///run/my%20redis.sock", [.unixSocket(path: "/run/my redis.sock")]),
        ("unix:///run/redis.sock?prefix=a", [.unixSocket(path: "/run/redis.sock")]),
    ])
    func findsTheServers(_ string: String, _ endpoints: [RedisEndpoint]) throws {
        #expect(try RedisBusConfiguration(string).endpoints == endpoints)
        #expect(try RedisBusConfiguration(string).topology == .server)
    }

    @Test func readsTheOptionsOfAConnectionString() throws {
        let string = """
            host:6380,password=a=b==,user=me,ssl=false,channelPrefix=MyApp,abortConnect=True,connectTimeout=1500,\
            syncTimeout=700,asyncTimeout=900,keepAlive=7,connectRetry=5,name=node 1,topologyInterval=900,\
            unsubscribeDelay=0,maximumPayloadBytes=1000,maximumChannelBytes=100,maximumPublishesInFlight=10,\
            maximumBytesInFlight=2000,tunnel=,proxy=None,checkCertificateRevocation=false,protocol=resp2
            """
        let configuration = try RedisBusConfiguration(string)
        #expect(configuration.password == "a=b==")
        #expect(configuration.username == "me")
        #expect(configuration.channelPrefix == "MyApp")
        #expect(configuration.abortConnect)
        #expect(configuration.connectTimeout == .milliseconds(1500))
        #expect(configuration.commandTimeout == .milliseconds(900))
        #expect(configuration.keepAlive == .seconds(7))
        #expect(configuration.connectRetry == 5)
        #expect(configuration.clientName == "node 1")
        #expect(configuration.topologyInterval == .milliseconds(900))
        #expect(configuration.unsubscribeDelay == .zero)
        #expect(configuration.maximumPayloadBytes == 1000)
        #expect(configuration.maximumChannelBytes == 100)
        #expect(configuration.maximumPublishesInFlight == 10)
        #expect(configuration.maximumBytesInFlight == 2000)
        #expect(configuration.tls == nil)
        #expect(configuration.warnings.isEmpty)
    }

    @Test func theAsynchronousTimeoutWinsInAnyOrder() throws {
        #expect(try RedisBusConfiguration("h,asyncTimeout=900,syncTimeout=700").commandTimeout == .milliseconds(900))
        #expect(try RedisBusConfiguration("h,syncTimeout=700").commandTimeout == .milliseconds(700))
    }

    @Test func readsAURLWithEncodedParts() throws {
        let url = "redis://us%40er:p%2Fa%3As%25s%C3%A9@host?prefix=My%20App%3A&connectTimeout=10&abortConnect=1"
        let configuration = try RedisBusConfiguration(url)
        #expect(configuration.username == "us@er")
        #expect(configuration.password == "p/a:s%sé")
        #expect(configuration.channelPrefix == "My App:")
        #expect(configuration.connectTimeout == .milliseconds(10))
        #expect(configuration.abortConnect)
        #expect(try RedisBusConfiguration("redis://:secret@host").username == nil)
    }

    @Test func whatIsSetInCodeWins() throws {
        var configuration = try RedisBusConfiguration("host,user=me,channelPrefix=a")
        configuration.password = "from a vault"
        configuration.channelPrefix = "b"
        #expect(configuration.password == "from a vault")
        #expect(configuration.channelPrefix == "b")
        #expect(configuration.endpoints == [.tcp(host: "host", port: 6379)])
    }

    @Test(arguments: [
        "host,defaultDatabase=3", "redis://host/3", "redis://host?db=3", "redis+sentinel://host/mymaster/3",
    ])
    func warnsThatADatabaseDoesNothing(_ string: String) throws {
        let configuration = try RedisBusConfiguration(string)
        #expect(configuration.defaultDatabase == 3)
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.first?.contains("channelPrefix") == true)
    }

    @Test func warnsOfOptionsThatTuneTheOtherLibrary() throws {
        #expect(try RedisBusConfiguration("host,allowAdmin=true,resolveDns=true").warnings.count == 2)
        #expect(try RedisBusConfiguration("host,checkCertificateRevocation=true").warnings.count == 1)
    }

    @Test func keepAliveIsFoundOutWithinFiveSeconds() {
        let configuration = RedisBusConfiguration()
        #expect(configuration.keepAlive + configuration.commandTimeout < .seconds(5))
    }

    @Test(arguments: [
        ("host,keepAlive=0.3", Duration.milliseconds(300)), ("host,keepAlive=60", .seconds(60)),
        ("host,keepAlive=1.25", .milliseconds(1250)), ("host,keepAlive=86400", .seconds(86_400)),
    ])
    func keepAliveIsInSeconds(_ string: String, _ duration: Duration) throws {
        #expect(try RedisBusConfiguration(string).keepAlive == duration)
    }
}
