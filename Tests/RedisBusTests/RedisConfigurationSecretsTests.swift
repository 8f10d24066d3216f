import RedisBus
import Testing

@Suite("Passwords in configurations of RedisBus", .timeLimit(.minutes(1)))
struct RedisConfigurationSecretsTests {
    @Test(arguments: [
        "redis://:hunter2@host", "redis://me:hunter2@host?prefix=a", "host,password=hunter2,user=me",
        "host,password=hunter2,serviceName=s,sentinelUser=me,sentinelPassword=hunter2",
        "rediss+sentinel://me:hunter2@host/s?sentinelPassword=hunter2",
    ])
    func descriptionsHideThePassword(_ string: String) throws {
        let configuration = try RedisBusConfiguration(string)
        for text in Self.texts(configuration) {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("password"))
        }
        #expect("\(configuration)".hasPrefix("host:"))
    }

    @Test func descriptionsHideCredentials() {
        let credentials = RedisCredentials(username: "me", password: "hunter2")
        var configuration = RedisBusConfiguration()
        configuration.topology = .sentinel(service: "s")
        configuration.sentinelCredentials = credentials
        configuration.credentials = { credentials }
        for text in Self.texts(credentials) + Self.texts(configuration) + Self.texts(Optional(credentials) as Any) {
            #expect(!text.contains("hunter2"), "\(text)")
        }
        #expect("\(configuration)".contains("asked for"))
    }

    @Test(arguments: [
        "redis://:hunt/er2@host", "redis://:hunt?er2@host", "redis://:hunt#er2@host", "redis://:hunt@er2@host",
        "redis://hunter2:er2", "host,password=hunt,er2", "host,password=hunt,er2=x", "host:hunter2",
        "redis://:hunt%er2@host", "user:hunt=er2@host", "user:hunter2@host:6379", "host,hunter2=x",
        "host,password=hunt,keepAlives=er2", "redis+sentinel://:hunt/er2@host", "hunter2://host",
        "host,serviceName=s,sentinelPassword=hunt,er2", "host,sentinelPassword=hunter2",
        "host,ssl=hunter2", "host,cluster=hunter2", "host,sslProtocols=hunter2", "host,keepAlive=hunter2",
    ])
    func errorsQuoteNoPartOfAPassword(_ string: String) {
        let error = #expect(throws: RedisConfigurationError.self) { try RedisBusConfiguration(string) }
        for text in Self.texts(error as Any) {
            #expect(!text.contains("hunt") && !text.contains("er2"), "\(text)")
        }
    }

    /// Whatever is written around it, an error never shows the password, and nothing traps.
    @Test(arguments: 0..<40)
    func garbageNeitherTrapsNorTellsThePassword(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        for _ in 0..<250 {
            let string = Self.garbage(&random)
            do throws(RedisConfigurationError) {
                let configuration = try RedisBusConfiguration(string)
                // A garbled string may well make the marker a name or a host, which is not secret.
                let isSecret = [configuration.password, configuration.sentinelCredentials?.password]
                    .contains { $0?.contains(Self.marker) == true }
                let rest = string.components(of: Self.marker) == 1
                if isSecret && rest { #expect(!"\(configuration)".contains(Self.marker), "\(string)") }
            } catch {
                for text in Self.texts(error) { #expect(!text.contains(Self.marker), "\(string)") }
            }
        }
    }

    private static let marker = "S3cr3tMarker"

    private static let pieces = [
        marker, "password=\(marker)", "sentinelPassword=\(marker)", "redis://", "rediss+sentinel://",
        "redis+cluster://",
        "redis+unix://", "me:\(marker)@", ":", "@", "/", "?", "#", "%", "%4", "%ff", "%00", "&", "=", ",", ",", " ",
        "host", "localhost:6379", "[::1]", "[", "]", "unix:/", "!/", "ssl=true", "ssl=", "serviceName=s",
        "cluster=sharded",
        "sharded=true", "keepAlive=", "99999999999999999999", "-1", "0.5", "user=", "name=x", "prefix=a", "$", "\u{0}",
        "\r\n",
        "é", "e\u{301}", "\u{200D}", "👩‍👩‍👧", "tls12|tls13", "sslProtocols=", "certFile=a", "|", "defaultDatabase=1", "//",
    ]

    private static func garbage(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 1...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    private static func texts(_ value: Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return ["\(value)", String(reflecting: value), dumped]
    }
}

extension String {
    /// How many times another text occurs.
    fileprivate func components(of text: String) -> Int {
        self.ranges(of: text).count
    }
}
