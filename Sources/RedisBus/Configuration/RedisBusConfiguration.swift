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
    /// Where the server listens.
    ///
    /// `localhost:6379` if the string names none.
    public var endpoint: RedisEndpoint

    /// The user of Redis' access control list; nil is the default user.
    public var username: String?

    /// The password; nil if the server wants none.
    public var password: String?

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
    /// 5 seconds.
    public var keepAlive: Duration = .seconds(5)

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

    /// How long a channel stays subscribed after the last subscription that asked for it was cancelled.
    ///
    /// 500 ms.
    public var unsubscribeDelay: Duration = .milliseconds(500)

    /// Options of the string that were understood and have no effect, each with the reason, to be logged at the start.
    public internal(set) var warnings: [String] = []

    /// Whether the string named the asynchronous timeout, which wins over the synchronous one.
    var hasAsyncTimeout = false

    /// Makes a configuration with the defaults.
    ///
    /// - Parameter endpoint: Where the server listens.
    public init(endpoint: RedisEndpoint = .tcp(host: "localhost", port: RedisEndpoint.defaultPort)) {
        self.endpoint = endpoint
    }

    /// Reads a configuration from a connection string or a URL.
    ///
    /// A connection string is the one of StackExchange.Redis, which ASP.NET Core SignalR takes:
    /// `host:6379,password=…,user=…,channelPrefix=MyApp,abortConnect=false,connectTimeout=2000`. Times are milliseconds,
    /// except `keepAlive`, which is seconds. URLs are `redis://user:password@host:6379/0?prefix=MyApp` and
    /// `redis+unix:///path/to/socket?prefix=MyApp`; each option may stand in the query. Names and passwords in a URL are
    /// percent-encoded.
    ///
    /// - Parameter string: The connection string or URL.
    /// - Throws: ``RedisConfigurationError`` which names the option that is unknown, malformed or not supported.
    public init(_ string: String) throws(RedisConfigurationError) {
        self.init()
        if string.contains("://") {
            try RedisURLParser.parse(string, into: &self)
        } else {
            try RedisConnectionStringParser.parse(string, into: &self)
        }
        try self.validate()
    }
}

extension RedisBusConfiguration: CustomStringConvertible, CustomReflectable {
    /// The effective configuration as a connection string, with the password hidden.
    public var description: String {
        self.shown.map { name, value in name == "endpoint" ? value : "\(name)=\(value)" }.joined(separator: ",")
    }

    /// Shows what the description shows, so that `dump` does not reveal the password either.
    public var customMirror: Mirror {
        Mirror(self, children: self.shown.map { name, value in (label: name, value: value as Any) })
    }

    private var shown: [(String, String)] {
        var shown = [("endpoint", self.endpoint.description)]
        if let username = self.username { shown.append(("user", username)) }
        if self.password != nil { shown.append(("password", "***")) }
        shown.append(("channelPrefix", self.channelPrefix))
        shown.append(("name", self.clientName))
        shown.append(("abortConnect", "\(self.abortConnect)"))
        shown.append(("connectTimeout", "\(self.connectTimeout)"))
        shown.append(("asyncTimeout", "\(self.commandTimeout)"))
        shown.append(("keepAlive", "\(self.keepAlive)"))
        return shown
    }
}

extension RedisBusConfiguration {
    /// Refuses values that no part of the bus could work with, wherever they were set.
    func validate() throws(RedisConfigurationError) {
        if self.username != nil, self.password == nil {
            throw RedisConfigurationError(
                .invalidValue,
                option: "user",
                "The user name has no password. Redis signs a user in with both: set the password as well."
            )
        }
        if case .tcp(_, let port) = self.endpoint, !(1...65535).contains(port) {
            throw RedisConfigurationError(.invalidValue, "The port is not between 1 and 65535.")
        }
        try Self.bounded(self.connectTimeout, "connectTimeout")
        try Self.bounded(self.commandTimeout, "asyncTimeout")
        try Self.bounded(self.keepAlive, "keepAlive")
        if self.unsubscribeDelay != .zero { try Self.bounded(self.unsubscribeDelay, "unsubscribeDelay") }
        try Self.positive(self.connectRetry > 0, "connectRetry")
        try Self.positive(self.maximumPayloadBytes > 0, "maximumPayloadBytes")
        try Self.positive(self.maximumChannelBytes > 0, "maximumChannelBytes")
        try Self.positive(self.maximumPublishesInFlight > 0, "maximumPublishesInFlight")
        try Self.positive(self.maximumBytesInFlight > 0, "maximumBytesInFlight")
        guard self.maximumPayloadBytes <= 512 * 1024 * 1024 else {
            throw RedisConfigurationError(
                .invalidValue,
                option: "maximumPayloadBytes",
                "maximumPayloadBytes is more than 512 MiB, the largest string of Redis."
            )
        }
    }

    private static func bounded(_ duration: Duration, _ option: String) throws(RedisConfigurationError) {
        guard duration > .zero, duration <= .seconds(86_400) else {
            throw RedisConfigurationError(
                .invalidValue,
                option: option,
                "\(option) must be more than 0 and no more than a day."
            )
        }
    }

    private static func positive(_ holds: Bool, _ option: String) throws(RedisConfigurationError) {
        guard holds else {
            throw RedisConfigurationError(.invalidValue, option: option, "\(option) must be more than 0.")
        }
    }
}
