/// How a `RedisBus` finds its server and behaves.
///
/// It is made from a string with ``init(_:)``; a property that is set afterwards wins over the string:
///
/// ```swift
/// var configuration = try RedisBusConfiguration("redis.internal:6379,channelPrefix=MyApp:")
/// configuration.password = passwordFromVault
/// ```
///
/// No description of a value of this type contains its password.
public struct RedisBusConfiguration: Sendable {
    /// Where the servers listen that are asked first; never empty.
    ///
    /// What they are is said by ``topology``. `localhost:6379` if the string names none.
    public var endpoints: [RedisEndpoint]

    /// How the servers belong together.
    ///
    /// One primary by default.
    public var topology = RedisTopology.server

    /// The user of Redis' access control list; nil is the default user.
    public var username: String?

    /// The password; nil if the server wants none.
    public var password: String?

    /// Asked for the user name and password at each attempt to connect; wins over ``username`` and ``password``.
    ///
    /// For passwords that are rotated and tokens that expire. An attempt whose answer takes longer than ``connectTimeout`` has
    /// failed: the task is cancelled, and asked again at the next attempt. nil by default.
    public var credentials: (@Sendable () async throws -> RedisCredentials)?

    /// The user name and password of the sentinels, which have lists of users of their own; nil if they want none.
    ///
    /// ``username`` and ``password`` are never sent to a sentinel.
    public var sentinelCredentials: RedisCredentials?

    /// How the connections are encrypted; nil is not at all.
    public var tls: RedisTLSConfiguration?

    /// Turns an address that a sentinel or a cluster announces into the one under which this process reaches that server.
    ///
    /// For servers behind network address translation, in containers or behind proxies. It is not applied to ``endpoints``, and
    /// must return at once. nil by default.
    public var addressMap: (@Sendable (RedisEndpoint) -> RedisEndpoint)?

    /// The text that is put before every channel's name, byte for byte and without a separator.
    ///
    /// Applications that share a server are separated by prefixes of which none begins with another: end them in a
    /// separator, such as `MyApp:`. Empty by default. ASP.NET Core SignalR calls it `ChannelPrefix`.
    public var channelPrefix = ""

    /// What Redis calls this client in `CLIENT LIST`.
    ///
    /// A name that Redis refuses is not set.
    public var clientName = "swift-hubs"

    /// Whether `RedisBus.connect` gives up when the server cannot be reached at the start.
    ///
    /// False by default: the bus keeps trying in the background, for as long as it is open.
    public var abortConnect = false

    /// How many attempts to connect `RedisBus.connect` makes before it gives up, with ``abortConnect``.
    ///
    /// 3.
    public var connectRetry = 3

    /// How long an attempt to connect may take, signing in included.
    ///
    /// 2 seconds.
    public var connectTimeout: Duration = .seconds(2)

    /// How long a command may wait for its reply; a publish that waits longer is indeterminate.
    ///
    /// 2 seconds.
    public var commandTimeout: Duration = .seconds(2)

    /// How often a message is sent through Redis and back, to see that messages flow.
    ///
    /// 2 seconds, so that a connection which swallows everything is noticed within 5: a message is sent within 2 seconds and
    /// waited for as long as ``commandTimeout`` says.
    public var keepAlive: Duration = .seconds(2)

    /// How often the sentinels or the nodes of a cluster are asked whether something has changed.
    ///
    /// 5 seconds. Redis announces most changes itself; this finds the rest.
    public var topologyInterval: Duration = .seconds(5)

    /// The database of a connection string.
    ///
    /// Redis' channels belong to no database, so it changes nothing.
    public var defaultDatabase: Int?

    /// The largest payload that may be published, in bytes.
    ///
    /// 8 MiB.
    public var maximumPayloadBytes = 8 * 1024 * 1024

    /// The longest channel name, in bytes, without the prefix.
    ///
    /// 4,096.
    public var maximumChannelBytes = 4_096

    /// How many publishes may wait for Redis' reply.
    ///
    /// 8,192.
    public var maximumPublishesInFlight = 8_192

    /// How many bytes of payload may wait for Redis' reply.
    ///
    /// 8 MiB.
    public var maximumBytesInFlight = 8 * 1024 * 1024

    /// How often this node tells the other nodes of the application that it lives; zero for never.
    ///
    /// 5 seconds; more rarely when there are more than fifty nodes. A node that was heard and falls silent without having been
    /// closed makes the state of the others `degraded(peer)` after three times that, for a minute at most.
    public var heartbeat: Duration = .seconds(5)

    /// What the other nodes' operators know this node by; nil is the host's name and the process's number.
    public var nodeName: String?

    /// How long a channel stays subscribed after the last subscription that asked for it was cancelled.
    ///
    /// 500 ms.
    public var unsubscribeDelay: Duration = .milliseconds(500)

    /// Options of the string that were understood and have no effect, each with the reason, to be logged at the start.
    public internal(set) var warnings: [String] = []

    /// Makes a configuration with the defaults.
    ///
    /// - Parameter endpoints: Where the servers listen that are asked first; at least one.
    public init(endpoints: [RedisEndpoint] = [.tcp(host: "localhost", port: RedisEndpoint.defaultPort)]) {
        self.endpoints = endpoints
    }

    /// Reads a configuration from a connection string or a URL.
    ///
    /// A connection string is the one of StackExchange.Redis, which ASP.NET Core SignalR takes:
    /// `host:6379,password=…,user=…,channelPrefix=MyApp:,ssl=true,abortConnect=false,connectTimeout=2000`. Times are
    /// milliseconds, except `keepAlive`, which is seconds. With `ssl=true` the port is 6380 if none is given, as there.
    ///
    /// URLs are `redis://user:password@host:6379?prefix=MyApp:`, `rediss://` for TLS, `redis+unix:///path/to/socket`,
    /// `redis+sentinel://host:26379,host:26379/service` and `redis+cluster://host:6379?sharded=true`. Each option may stand in
    /// the query, and names and passwords are percent-encoded.
    ///
    /// - Parameter string: The connection string or URL.
    /// - Throws: ``RedisConfigurationError`` which names the option that is unknown, malformed or not supported.
    public init(_ string: String) throws(RedisConfigurationError) {
        // A string from a file often ends in a line feed.
        let text = RedisConnectionStringParser.trimmed(string)
        let draft = Self.isURL(text) ? try RedisURLParser.parse(text) : try RedisConnectionStringParser.parse(text)
        self = try draft.finished()
    }

    /// Whether it begins with something like a scheme; a password may contain `://` as well.
    private static func isURL(_ string: String) -> Bool {
        guard let mark = string.firstRange(of: "://") else { return false }
        return string[..<mark.lowerBound].allSatisfy {
            $0.isLetter || $0.isNumber || $0 == "+" || $0 == "-" || $0 == "."
        }
    }
}
