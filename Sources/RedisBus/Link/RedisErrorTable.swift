import BusCore

/// What an error reply of Redis says about the command that it answers.
///
/// Redis checks a command before it runs it, so most errors mean that nothing was executed. An error that is not listed may
/// come from a proxy or a module: then it is unknown. Source: `errors` of Redis 7 (`shared` in server.c, acl.c, networking.c).
enum RedisErrorTable {
    /// The code for an error reply.
    static func code(for text: String) -> BusError.Code {
        let prefix = text.prefix { $0 != " " }
        switch prefix {
        case "NOPERM", "NOAUTH", "WRONGPASS", "DENIED": return .unauthorized
        case "OOM": return .overloaded
        case "LOADING", "BUSY", "MASTERDOWN", "READONLY", "CLUSTERDOWN", "TRYAGAIN", "MOVED", "ASK", "MISCONF",
            "NOREPLICAS":
            return .notSent
        case "ERR": return Self.code(forGeneric: text.dropFirst(4))
        default: return .indeterminate
        }
    }

    /// The error for a command, with what Redis said.
    static func error(for text: String, command: String) -> BusError {
        let code = Self.code(for: text)
        return BusError(code, "Redis answered \(command) with \"\(Self.shortened(text))\". \(Self.meaning(of: code))")
    }

    /// Whether the error means that the user may not do this, whatever the state of the server.
    static func isDenial(_ text: String) -> Bool {
        text.hasPrefix("NOPERM")
    }

    private static func code(forGeneric text: Substring) -> BusError.Code {
        if text.hasPrefix("Protocol error: invalid bulk length") { return .payloadTooLarge }
        if text.hasPrefix("max number of clients") { return .notSent }
        for start in ["unknown command", "wrong number of arguments", "Protocol error", "Can't execute"]
        where text.hasPrefix(start) {
            return .refused
        }
        return .indeterminate
    }

    private static func meaning(of code: BusError.Code) -> String {
        switch code {
        case .unauthorized:
            "The user lacks the right, nothing was executed: check user, password and the ACL of the channels."
        case .overloaded: "The server is out of memory, nothing was executed."
        case .notSent: "The server cannot do it now, nothing was executed: it is safe to try again."
        case .payloadTooLarge: "The payload is larger than the server's proto-max-bulk-len, nothing was executed."
        case .refused: "Nothing was executed."
        default: "Whether it was executed is unknown."
        }
    }

    /// An error text that fits in a log line.
    private static func shortened(_ text: String) -> String {
        text.count <= 200 ? text : text.prefix(200) + "…"
    }
}
