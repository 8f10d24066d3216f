/// Scheme, host and port of a web page (RFC 6454).
struct WebOrigin: Hashable, Sendable {
    let scheme: String
    let host: String
    /// Filled in with the scheme's own when the text names none.
    let port: Int

    /// Reads the value of an `Origin` header, such as `https://example.com`.
    ///
    /// Nil if it is no origin of a page: `null`, another scheme, or a whole address.
    ///
    /// - Parameter text: The value.
    init?(_ text: String) {
        let lowercased = text.lowercased()
        let parts = lowercased.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let standard = Self.standardPort(of: parts[0]) else { return nil }
        guard let authority = Self.split(authority: parts[1]) else { return nil }
        scheme = String(parts[0])
        host = authority.host
        port = authority.port ?? standard
    }

    /// Whether a `Host` header names the server that this page came from.
    ///
    /// Schemes aren't compared, because TLS may end in front of this server. A `Host` without a port means the
    /// standard port of whatever scheme the page has.
    ///
    /// - Parameter header: The value of the `Host` header.
    /// - Returns: Whether host and port are the same.
    func matches(host header: String) -> Bool {
        guard let authority = Self.split(authority: Substring(header.lowercased())) else { return false }
        guard authority.host == host else { return false }
        return (authority.port ?? Self.standardPort(of: scheme[...])) == port
    }

    private static func standardPort(of scheme: Substring) -> Int? {
        switch scheme {
        case "http": 80
        case "https": 443
        default: nil
        }
    }

    /// Splits `host:port`; an IPv6 address stands in brackets.
    private static func split(authority: Substring) -> (host: String, port: Int?)? {
        guard !authority.isEmpty, !authority.contains(where: { "/?#@ ,".contains($0) }) else { return nil }
        var host = authority
        var port: Int?
        let afterBracket = authority.lastIndex(of: "]") ?? authority.startIndex
        if let colon = authority[afterBracket...].lastIndex(of: ":") {
            host = authority[..<colon]
            let digits = authority[authority.index(after: colon)...]
            guard let number = UInt16(digits), !digits.hasPrefix("+") else { return nil }
            port = Int(number)
        }
        guard !host.isEmpty else { return nil }
        return (String(host), port)
    }
}
