import Foundation

/// The number of files, and so of connections, a process may have open.
public enum FileLimit {
    /// Raises the limit to what the system allows without privileges.
    public static func raise() {
        var limit = rlimit()
        guard getrlimit(Self.files, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(Self.files, &limit)
    }

    #if canImport(Darwin)
        private static var files: CInt { RLIMIT_NOFILE }
    #else
        private static var files: __rlimit_resource_t { __rlimit_resource_t(RLIMIT_NOFILE.rawValue) }
    #endif
}
