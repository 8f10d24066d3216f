/// How the connections to Redis are encrypted, and which certificates are trusted.
///
/// A server's certificate is always verified: it must be signed by one of ``trustRoots``, be valid now and name the host.
public struct RedisTLSConfiguration: Sendable, Hashable {
    /// Which authorities may have signed the server's certificate.
    public enum TrustRoots: Sendable, Hashable {
        /// Those that the operating system trusts.
        case system
        /// Those in a PEM file, and no others.
        case file(String)
    }

    /// The oldest version of TLS that is spoken.
    public enum Version: Sendable, Hashable {
        /// TLS 1.2, and 1.3 where the server speaks it.
        case tls12
        /// TLS 1.3 only.
        case tls13
    }

    /// The name that the server's certificate must have; nil is the name of the endpoint.
    ///
    /// It is needed where the endpoint is an address or the name of a proxy. It is sent to the server as well (SNI), unless it
    /// is an IP address.
    public var serverName: String?

    /// Which authorities may have signed the server's certificate.
    ///
    /// Those of the operating system by default.
    public var trustRoots = TrustRoots.system

    /// The PEM file with this client's certificate, followed by those of intermediate authorities.
    ///
    /// nil if the server wants none; set together with ``privateKeyFile``.
    public var certificateChainFile: String?

    /// The PEM file with the private key of this client's certificate.
    public var privateKeyFile: String?

    /// The oldest version of TLS that is spoken.
    ///
    /// TLS 1.2 by default.
    public var minimumVersion = Version.tls12

    /// Makes a configuration with the defaults: the authorities of the operating system, and no certificate of this client.
    public init() {}
}
