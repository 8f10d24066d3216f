/// Where the backend behind a ``FaultProxy`` listens.
public enum FaultProxyBackend: Sendable, Hashable {
    /// A host and a port.
    case tcp(host: String, port: Int)
    /// A socket in the file system.
    case unixSocket(path: String)
}
