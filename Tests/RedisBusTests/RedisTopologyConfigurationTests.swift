import RedisBus
import Testing

@Suite("Configuration of Sentinel, Cluster and TLS", .timeLimit(.minutes(1)))
struct RedisTopologyConfigurationTests {
    @Test(arguments: [
        ("s1,s2:7000,serviceName=mymaster", RedisTopology.sentinel(service: "mymaster"), [26379, 7000]),
        ("redis+sentinel://s1,s2:7000/mymaster", .sentinel(service: "mymaster"), [26379, 7000]),
        ("redis-sentinel://s1/my%20master/0", .sentinel(service: "my master"), [26379]),
        ("redis://s1?serviceName=mymaster", .sentinel(service: "mymaster"), [26379]),
        ("s1,ssl=true,serviceName=mymaster", .sentinel(service: "mymaster"), [26379]),
        ("rediss+sentinel://s1/mymaster", .sentinel(service: "mymaster"), [26379]),
        ("n1,n2:7000,cluster=classic", .cluster(.classic), [6379, 7000]),
        ("n1,cluster=Sharded", .cluster(.sharded), [6379]),
        ("n1,cluster=sharded,sharded=true", .cluster(.sharded), [6379]),
        ("redis+cluster://n1,n2:7000", .cluster(.classic), [6379, 7000]),
        ("redis+cluster://n1?sharded=true", .cluster(.sharded), [6379]),
        ("redis+cluster://n1?sharded=false", .cluster(.classic), [6379]),
        ("valkey+cluster://n1?cluster=sharded", .cluster(.sharded), [6379]),
        ("rediss+cluster://n1?cluster=sharded", .cluster(.sharded), [6379]),
        ("redis://n1?cluster=sharded", .cluster(.sharded), [6379]),
        ("n1,ssl=true", .server, [6380]),
        ("n1,ssl=false", .server, [6379]),
        ("n1:6379,ssl=true", .server, [6379]),
        ("rediss://n1", .server, [6379]),
    ])
    func readsTheTopology(_ string: String, _ topology: RedisTopology, _ ports: [Int]) throws {
        let configuration = try RedisBusConfiguration(string)
        #expect(configuration.topology == topology)
        #expect(
            configuration.endpoints.map { if case .tcp(_, let port) = $0 { port } else { 0 } } == ports,
            "\(configuration.endpoints)"
        )
    }

    @Test func theUserOfAURLIsThatOfTheServersNotOfTheSentinels() throws {
        let url = "redis+sentinel://me:pass@s1/mymaster?sentinelUser=watch&sentinelPassword=other"
        let configuration = try RedisBusConfiguration(url)
        #expect(configuration.username == "me")
        #expect(configuration.password == "pass")
        #expect(configuration.sentinelCredentials == RedisCredentials(username: "watch", password: "other"))
        #expect(try RedisBusConfiguration("redis+sentinel://me:pass@s1/mymaster").sentinelCredentials == nil)
    }

    @Test func readsTLS() throws {
        let string =
            "n1,ssl=true,sslHost=redis.internal,caFile=/etc/ca.pem,certFile=/etc/c.pem,keyFile=/etc/k.pem,sslProtocols=tls13"
        let tls = try #require(try RedisBusConfiguration(string).tls)
        #expect(tls.serverName == "redis.internal")
        #expect(tls.trustRoots == .file("/etc/ca.pem"))
        #expect(tls.certificateChainFile == "/etc/c.pem")
        #expect(tls.privateKeyFile == "/etc/k.pem")
        #expect(tls.minimumVersion == .tls13)
        for plain in ["n1,ssl=true", "rediss://n1", "redis://n1?ssl=true", "rediss://n1?ssl=true"] {
            #expect(try RedisBusConfiguration(plain).tls == RedisTLSConfiguration())
        }
    }

    @Test(arguments: [
        ("tls12", RedisTLSConfiguration.Version.tls12, 0), ("Tls13", .tls13, 0), ("Tls12|Tls13", .tls12, 0),
        ("tls13 | tls12", .tls12, 0), ("tls11|tls12", .tls12, 1), ("tls11|tls13", .tls12, 1),
    ])
    func theOldestVersionIsTheMinimum(_ value: String, _ version: RedisTLSConfiguration.Version, _ warnings: Int) throws
    {
        let configuration = try RedisBusConfiguration("n1,ssl=true,sslProtocols=\(value)")
        #expect(configuration.tls?.minimumVersion == version)
        #expect(configuration.warnings.count == warnings)
    }
}
