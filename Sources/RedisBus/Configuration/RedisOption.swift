/// The options of connection strings and URLs, by the names that StackExchange.Redis gives them, and those of our own.
enum RedisOption: String, CaseIterable {
    case password, user, channelPrefix, name, abortConnect, connectRetry, connectTimeout, syncTimeout, asyncTimeout
    case keepAlive, defaultDatabase, ssl, sslHost, sslProtocols, checkCertificateRevocation, serviceName, proxy, tunnel
    case `protocol`
    // Our own.
    case cluster, sharded, caFile, certFile, keyFile, sentinelUser, sentinelPassword, topologyInterval, unsubscribeDelay
    case heartbeat, nodeName
    case maximumPayloadBytes, maximumChannelBytes, maximumPublishesInFlight, maximumBytesInFlight

    /// Other spellings, in lower case.
    private static let aliases: [String: RedisOption] = [
        "prefix": .channelPrefix, "db": .defaultDatabase, "username": .user, "service": .serviceName,
    ]

    /// Options of StackExchange.Redis that tune how that library works, in lower case.
    private static let meaningless: Set<String> = [
        "allowadmin", "configchannel", "configcheckseconds", "defaultversion", "heartbeatconsistencychecks",
        "heartbeatinterval", "highintegrity", "highprioritysocketthreads", "includedetailinexceptions",
        "includeperformancecountersinexceptions", "loggerfactory", "preserveasyncorder", "resolvedns",
        "responsetimeout",
        "setlib", "tiebreaker", "version", "writebuffer",
    ]

    /// Finds an option by name; case does not matter.
    init?(name: String) {
        let lowered = name.lowercased()
        guard let found = Self.aliases[lowered] ?? Self.allCases.first(where: { $0.rawValue.lowercased() == lowered })
        else { return nil }
        self = found
    }

    /// Whether its value is a secret, which may contain a comma and so continue in what looks like the next option.
    var isSecret: Bool { self == .password || self == .sentinelPassword }

    /// Whether StackExchange.Redis knows this option and nothing here corresponds to it.
    static func isMeaningless(_ name: String) -> Bool {
        Self.meaningless.contains(name.lowercased())
    }

    /// The names for an error message.
    static var known: String {
        Self.allCases.map(\.rawValue).joined(separator: ", ")
    }

    /// The known option that a mistyped one probably means.
    static func suggestion(for name: String) -> RedisOption? {
        let lowered = name.lowercased()
        let ranked = Self.allCases.map { ($0, EditDistance.between(lowered, $0.rawValue.lowercased())) }
        guard let best = ranked.min(by: { $0.1 < $1.1 }), best.1 <= 2, best.1 < lowered.count / 2 else { return nil }
        return best.0
    }
}
