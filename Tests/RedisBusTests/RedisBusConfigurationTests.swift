import RedisBus
import Testing

@Suite("Configuration of RedisBus", .timeLimit(.minutes(1)))
struct RedisBusConfigurationTests {
    @Test(arguments: [
        ("example.org", RedisEndpoint.tcp(host: "example.org", port: 6379)),
        ("example.org:7000", .tcp(host: "example.org", port: 7000)),
        (" example.org:7000 , name = x ", .tcp(host: "example.org", port: 7000)),
        ("[::1]:7000", .tcp(host: "::1", port: 7000)),
        ("[fe80::1]", .tcp(host: "fe80::1", port: 6379)),
        ("::1", .tcp(host: "::1", port: 6379)),
        ("unix:/run/redis.sock", .unixSocket(path: "/run/redis.sock")),
        ("!/run/redis.sock", .unixSocket(path: "/run/redis.sock")),
        ("password=x", .tcp(host: "localhost", port: 6379)),
        ("redis://", .tcp(host: "localhost", port: 6379)),
        ("redis://example.org", .tcp(host: "example.org", port: 6379)),
        ("REDIS://example.org:7000/2?prefix=a", .tcp(host: "example.org", port: 7000)),
        ("redis://[::1]:7000", .tcp(host: "::1", port: 7000)),
        ("redis+unix:///run/my%20redis.sock", .unixSocket(path: "/run/my redis.sock")),
        ("unix:///run/redis.sock?prefix=a", .unixSocket(path: "/run/redis.sock")),
    ])
    func findsTheServer(_ string: String, _ endpoint: RedisEndpoint) throws {
        #expect(try RedisBusConfiguration(string).endpoints == [endpoint])
    }

    @Test func readsTheOptionsOfAConnectionString() throws {
        let string = """
            host:6380,password=a=b==,user=me,ssl=false,channelPrefix=MyApp,abortConnect=True,connectTimeout=1500,\
            syncTimeout=700,asyncTimeout=900,keepAlive=7,connectRetry=5,name=node 1
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
        var configuration = try RedisBusConfiguration("host,password=old,channelPrefix=a")
        configuration.password = "new"
        configuration.channelPrefix = "b"
        #expect(configuration.password == "new")
        #expect(configuration.channelPrefix == "b")
        #expect(configuration.endpoints == [.tcp(host: "host", port: 6379)])
    }

    @Test(arguments: ["host,defaultDatabase=3", "redis://host/3", "redis://host?db=3"])
    func warnsThatADatabaseDoesNothing(_ string: String) throws {
        let configuration = try RedisBusConfiguration(string)
        #expect(configuration.defaultDatabase == 3)
        #expect(configuration.warnings.count == 1)
        #expect(configuration.warnings.first?.contains("channelPrefix") == true)
    }

    @Test func warnsOfOptionsThatTuneTheOtherLibrary() throws {
        #expect(try RedisBusConfiguration("host,allowAdmin=true,resolveDns=true").warnings.count == 2)
    }

    @Test(arguments: [
        ("host,chanelPrefix=a", RedisConfigurationError.Code.unknownOption, "Did you mean channelPrefix?"),
        ("host,quux=a", .unknownOption, "Known options: password, user"),
        ("host,abortConnect=maybe", .invalidValue, "abortConnect is not true or false"),
        ("host,connectTimeout=2s", .invalidValue, "connectTimeout is not a whole number"),
        ("host,connectTimeout=99999999999999999999", .invalidValue, "connectTimeout"),
        ("host,keepAlive=-1", .invalidValue, "keepAlive"),
        ("host,user=me", .invalidValue, "has no password"),
        ("host:0", .malformed, "between 1 and 65535"),
        ("host:70000", .malformed, "between 1 and 65535"),
        ("[::1:6379", .malformed, "[IPv6]:port"),
        ("", .malformed, "empty"),
        (" , ", .malformed, "empty"),
        ("http://host", .malformed, "redis://host:6379"),
        ("redis+unix://host/path", .malformed, "redis+unix:///path"),
        ("redis://host/x", .invalidValue, "defaultDatabase"),
        ("redis://host?prefix=%zz", .malformed, "percent sign"),
        ("redis://host?prefix=%ff", .malformed, "UTF-8"),
        ("redis://host?prefix", .malformed, "option=value"),
        ("host,ssl=true", .notSupported, "TLS is not supported in this version"),
        ("rediss://host", .notSupported, "TLS is not supported in this version"),
        ("host,serviceName=mymaster", .notSupported, "Sentinel is not supported in this version"),
        ("redis+sentinel://host", .notSupported, "Sentinel is not supported in this version"),
        ("redis+cluster://host", .notSupported, "not supported in this version"),
        ("host1:1,host2:2", .notSupported, "not supported in this version"),
        ("redis://host1:1,host2:2", .notSupported, "not supported in this version"),
        ("host,proxy=twemproxy", .notSupported, "proxy"),
    ])
    func refuses(_ string: String, _ code: RedisConfigurationError.Code, _ part: String) {
        let error = #expect(throws: RedisConfigurationError.self) { try RedisBusConfiguration(string) }
        #expect(error?.code == code)
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test(arguments: [
        "redis://:hunter2@host", "redis://me:hunter2@host?prefix=a", "host,password=hunter2,user=me",
    ])
    func descriptionsHideThePassword(_ string: String) throws {
        let configuration = try RedisBusConfiguration(string)
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("password"))
        }
        #expect("\(configuration)".hasPrefix("host:6379,"))
    }

    @Test(arguments: [
        "redis://:hunt/er2@host", "redis://:hunt?er2@host", "redis://:hunt#er2@host", "redis://:hunt@er2@host",
        "redis://hunter2:er2", "host,password=hunt,er2", "host,password=hunt,er2=x", "host:hunter2",
        "host,user=hunter2",
        "redis://:hunt%er2@host",
    ])
    func errorsQuoteNoPartOfAPassword(_ string: String) {
        let error = #expect(throws: RedisConfigurationError.self) { try RedisBusConfiguration(string) }
        let text = String(reflecting: error)
        #expect(!text.contains("hunt") && !text.contains("er2"), "\(text)")
    }
}
