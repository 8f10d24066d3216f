import Logging
import RedisBus
import Testing

@Suite("Configurations that RedisBus refuses", .timeLimit(.minutes(1)))
struct RedisConfigurationErrorTests {
    @Test(arguments: [
        ("host,chanelPrefix=a", RedisConfigurationError.Code.unknownOption, "Did you mean channelPrefix?"),
        ("host,quux=a", .unknownOption, "\"quux\". Known options: password, user"),
        ("host,$INFO=a", .notSupported, "Commands cannot be renamed"),
        ("host,a b=a", .unknownOption, "whose name is unknown. Known options"),
        ("host,abortConnect=maybe", .invalidValue, "abortConnect is not true or false"),
        ("host,connectTimeout=2s", .invalidValue, "connectTimeout is not a whole number"),
        ("host,connectTimeout=99999999999999999999", .invalidValue, "connectTimeout"),
        ("host,keepAlive=-1", .invalidValue, "keepAlive is not a number of seconds from 0.001 to 86400"),
        ("host,keepAlive=0", .invalidValue, "keepAlive"),
        ("host,keepAlive=1.2345", .invalidValue, "keepAlive"),
        ("host,keepAlive=1.", .invalidValue, "keepAlive"),
        ("host,keepAlive=86400.001", .invalidValue, "keepAlive"),
        ("host,keepAlive=99999999999", .invalidValue, "keepAlive"),
        ("host,maximumPayloadBytes=1073741824", .invalidValue, "512 MiB"),
        ("host,maximumChannelBytes=0", .invalidValue, "maximumChannelBytes"),
        ("host:0", .malformed, "between 1 and 65535"),
        ("host:70000", .malformed, "between 1 and 65535"),
        ("[::1:6379", .malformed, "[IPv6]:port"),
        ("a/b", .malformed, "[IPv6]:port"),
        ("", .malformed, "empty"),
        (" , ", .malformed, "empty"),
        ("host,password=x,host2", .malformed, "Write the servers before the options"),
        ("http://host", .malformed, "redis://host:6379"),
        ("redis+ftp://host", .malformed, "redis://host:6379"),
        ("rediss+unix:///run/redis.sock", .malformed, "redis+unix:///path"),
        ("redis+unix://host/path", .malformed, "redis+unix:///path"),
        ("redis+unix:///" + String(repeating: "x", count: 200), .invalidValue, "longer than 103 bytes"),
        ("redis://host/x", .invalidValue, "defaultDatabase"),
        ("redis://host/0/1", .malformed, "longer than a database"),
        ("redis://a,,b", .malformed, "[IPv6]:port"),
        ("redis://host?prefix=%zz", .malformed, "percent sign"),
        ("redis://host?prefix=%ff", .malformed, "UTF-8"),
        ("redis://host?prefix", .malformed, "option=value"),
        ("redis+sentinel://host", .malformed, "redis+sentinel://host:26379/mymaster"),
        ("host,proxy=twemproxy", .notSupported, "carry no SUBSCRIBE"),
        ("host,tunnel=http:proxy:8080", .notSupported, "sslHost is then the name"),
        ("host,ssl=true,sslProtocols=tls11", .notSupported, "before TLS 1.2"),
        ("host,ssl=true,sslProtocols=12288", .invalidValue, "tls12, tls13 or tls12|tls13"),
        ("host,ssl=true,sslProtocols=", .invalidValue, "tls12, tls13 or tls12|tls13"),
        ("host,ssl=true,sslHost=a b", .invalidValue, "sslHost"),
        ("host,cluster=true", .invalidValue, "cluster is not classic or sharded"),
        ("host,serviceName=a,cluster=classic", .contradiction, "serviceName means Redis Sentinel"),
        ("redis+sentinel://host/a?sharded=true", .contradiction, "serviceName means Redis Sentinel"),
        ("host,sharded=true", .contradiction, "cluster=sharded"),
        ("redis+cluster://host?sharded=true&cluster=classic", .contradiction, "contradicts cluster=classic"),
        ("host,cluster=sharded,sharded=false", .contradiction, "contradicts cluster=sharded"),
        ("host,cluster=sharded,channelPrefix={a}:", .contradiction, "on one shard"),
        ("host,sentinelPassword=a", .contradiction, "no sentinels"),
        ("host,serviceName=a,sentinelUser=a", .contradiction, "sentinelUser has no password"),
        ("host,sslHost=a", .contradiction, "sslHost is about TLS"),
        ("host,caFile=a,ssl=false", .contradiction, "caFile is about TLS"),
        ("host,sslProtocols=tls12", .contradiction, "sslProtocols is about TLS"),
        ("rediss://host?ssl=false", .contradiction, "ssl=false forbids it"),
        ("host,ssl=true,certFile=a", .contradiction, "keyFile is missing"),
        ("host,ssl=true,keyFile=a", .contradiction, "certFile is missing"),
        ("unix:/a,ssl=true", .contradiction, "no TLS on a Unix socket"),
        ("unix:/a,serviceName=a", .contradiction, "over a Unix socket"),
        ("unix:/a,cluster=classic", .contradiction, "over a Unix socket"),
    ])
    func refuses(_ string: String, _ code: RedisConfigurationError.Code, _ part: String) {
        let error = #expect(throws: RedisConfigurationError.self) { try RedisBusConfiguration(string) }
        #expect(error?.code == code)
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "")")
    }

    @Test func refusesWhatWasSetInCode() {
        self.expectRefusal("at least one") { $0.endpoints = [] }
        self.expectRefusal("not the name") { $0.endpoints = [.tcp(host: "", port: 1)] }
        self.expectRefusal("65535") { $0.endpoints = [.tcp(host: "a", port: 65536)] }
        self.expectRefusal("empty") { $0.endpoints = [.unixSocket(path: "")] }
        self.expectRefusal("has no password") { $0.username = "me" }
        self.expectRefusal("connectTimeout") { $0.connectTimeout = .zero }
        self.expectRefusal("keepAlive") { $0.keepAlive = .seconds(-1) }
        self.expectRefusal("topologyInterval") { $0.topologyInterval = .seconds(1 << 62) }
        self.expectRefusal("service is empty") { $0.topology = .sentinel(service: "") }
        self.expectRefusal("no sentinels") { $0.sentinelCredentials = RedisCredentials(password: "x") }
        self.expectRefusal("keyFile is missing") {
            $0.tls = RedisTLSConfiguration()
            $0.tls?.certificateChainFile = "/nowhere"
        }
    }

    private func expectRefusal(
        _ part: String,
        _ change: (inout RedisBusConfiguration) -> Void,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var configuration = RedisBusConfiguration()
        change(&configuration)
        let error = #expect(throws: RedisConfigurationError.self, sourceLocation: sourceLocation) {
            try RedisBus(configuration: configuration, logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() })
        }
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    }
}
