import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What an operator should know about a failed attempt to connect.
enum RedisConnectFailure {
    /// The reason as the end of a sentence, with what to look at.
    static func reason(of error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError: return Self.reason(of: error)
        case ChannelError.connectTimeout: return Self.silent
        case let error as IOError: return Self.reason(of: error)
        default: return "\(error)."
        }
    }

    private static func reason(of error: NIOConnectionError) -> String {
        // A name has addresses of one family or of both: what went wrong with an address says more than a missing family.
        if let failure = error.connectionErrors.first {
            let reason = Self.reason(of: failure.error)
            guard error.connectionErrors.count > 1 else { return reason }
            return "\(reason) \(error.connectionErrors.count) addresses were tried."
        }
        if error.dnsAError != nil || error.dnsAAAAError != nil {
            return
                "no address is known for the host name \(error.host). Check the name, and the resolver of this machine."
        }
        return Self.silent
    }

    private static func reason(of error: IOError) -> String {
        switch error.errnoCode {
        case ECONNREFUSED: return "the connection was refused. Is the server running, and does it listen there?"
        case ENOENT: return "there is no such socket. Is the server running, and is this its unixsocket?"
        case EACCES, EPERM: return "this process may not connect to it. Check the permissions."
        case ENETUNREACH, EHOSTUNREACH: return "there is no route to that host. Check the address and the network."
        case ECONNRESET: return "the connection was reset."
        case ETIMEDOUT: return "there was no answer. Is the host up, and does a firewall let this port through?"
        case EMFILE, ENFILE: return "this process has no file descriptor left. Raise its limit of open files."
        default: return "\(error)."
        }
    }

    private static let silent =
        "there was no answer within connectTimeout. Is the host up, is its name resolved, and does a firewall let this port through?"
}
