import BusCore
import NIOCore
import NIOPosix
import NIOSSL

/// What an operator should know about a TLS connection that failed.
///
/// BoringSSL says little more than CERTIFICATE_VERIFY_FAILED; the server's certificate tells the rest.
struct RedisTLSFailure {
    let endpoint: RedisEndpoint
    let configuration: RedisTLSConfiguration
    /// The name that the certificate must have; nil if it must have the address.
    let serverName: String?
    /// Why the files that are there now are not the ones that were used.
    let fileProblem: String?

    /// The error for what NIOSSL reported.
    ///
    /// - Parameters:
    ///   - error: What was reported.
    ///   - certificate: The server's, if it has shown one; it may be anybody's.
    ///   - now: Seconds since 1970.
    /// - Returns: An error with `.linkFailed`, whose cause is the one given.
    func error(_ error: any Error, certificate: NIOSSLCertificate?, now: Int) -> BusError {
        self.error(self.reason(error, certificate, now), cause: error)
    }

    /// The server ended the connection after the handshake, before it said anything.
    var closedWithoutAWord: BusError {
        self.error(
            "the server closed the connection right after the handshake. \(self.clientCertificateHint)",
            cause: nil
        )
    }

    /// The handshake was not over in time.
    var unanswered: BusError {
        self.error("the server did not answer the handshake in time. Does it speak TLS on this port?", cause: nil)
    }

    private func error(_ reason: String, cause: (any Error)?) -> BusError {
        let problem = self.fileProblem.map { " Besides, the files have changed and cannot be read: \($0)" } ?? ""
        return BusError(
            .linkFailed,
            "The TLS connection to Redis at \(self.endpoint) failed: \(reason)\(problem)",
            cause: cause
        )
    }

    private func reason(_ error: any Error, _ certificate: NIOSSLCertificate?, _ now: Int) -> String {
        switch error {
        case NIOSSLError.handshakeFailed(let error): return self.reason(error, certificate, now)
        case let error as BoringSSLError: return self.reason(error, certificate, now)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname: return self.wrongName(certificate)
        case let error as NIOSSLExtraError where error == .serverHostnameImpossibleToMatch:
            return
                "no certificate can have the name \(self.serverName ?? ""), which is none of DNS. Set sslHost to a name of the "
                + "server's certificate."
        default: return "\(error)."
        }
    }

    private func reason(_ error: BoringSSLError, _ certificate: NIOSSLCertificate?, _ now: Int) -> String {
        guard case .sslError(let stack) = error else { return "\(error)." }
        if stack.contains(.eofDuringHandshake) {
            return "the server closed the connection during the handshake. Does it speak TLS on this port?"
        }
        let text = stack.map(\.description).joined(separator: "; ")
        if text.contains("CERTIFICATE_VERIFY_FAILED") { return self.untrusted(certificate, now) }
        for (mark, reason) in self.alerts where text.contains(mark) { return reason }
        return "\(text)."
    }

    /// What the library's names for errors and the server's alerts mean here.
    private var alerts: [(String, String)] {
        let version = self.configuration.minimumVersion == .tls13 ? "1.3" : "1.2"
        let noTLS = "the server does not speak TLS on this port. Name its port for TLS, or remove ssl=true."
        let noVersion = "the server speaks no version of TLS from \(version) on."
        return [
            ("WRONG_VERSION_NUMBER", noTLS), ("HTTP_REQUEST", noTLS),
            ("ALERT_PROTOCOL_VERSION", noVersion), ("UNSUPPORTED_PROTOCOL", noVersion),
            ("CERTIFICATE_REQUIRED", "the server wants a certificate. \(self.clientCertificateHint)"),
            ("ALERT_HANDSHAKE_FAILURE", "the server ended the handshake. \(self.clientCertificateHint)"),
            (
                "ALERT_UNKNOWN_CA",
                "the server does not know the authority that signed this client's certificate (certFile)."
            ),
            ("ALERT_CERTIFICATE_EXPIRED", "this client's certificate (certFile) has expired."),
            ("ALERT_CERTIFICATE_REVOKED", "this client's certificate (certFile) was revoked."),
            ("ALERT_BAD_CERTIFICATE", "the server does not accept this client's certificate (certFile)."),
            ("ALERT_CERTIFICATE_UNKNOWN", "the server does not accept this client's certificate (certFile)."),
            (
                "ALERT_UNSUPPORTED_CERTIFICATE",
                "the server does not accept this client's kind of certificate (certFile)."
            ),
        ]
    }

    private var clientCertificateHint: String {
        self.configuration.certificateChainFile == nil
            ? "If it wants a certificate of its clients (tls-auth-clients), set certFile and keyFile."
            : "It may not accept this client's certificate (certFile)."
    }

    /// Why the server's certificate was not accepted, at a time in seconds since 1970.
    func untrusted(_ certificate: NIOSSLCertificate?, _ now: Int) -> String {
        guard let certificate else { return "the server's certificate cannot be verified." }
        if certificate.notValidAfter < now {
            return "the server's certificate expired on \(UTCTime(certificate.notValidAfter))."
        }
        if certificate.notValidBefore > now {
            return
                "the server's certificate is not valid before \(UTCTime(certificate.notValidBefore)). Is the clock of this "
                + "machine right?"
        }
        let issuer = RedisCertificateNames(certificate).issuer
        return switch self.configuration.trustRoots {
        case .system:
            "the server's certificate is not signed by an authority that this system trusts (\(issuer)): set caFile to the "
                + "certificate of its authority."
        case .file:
            "the server's certificate is not signed by an authority that this bus trusts (\(issuer)): set caFile to the "
                + "certificate of its authority, and of no other."
        }
    }

    private func wrongName(_ certificate: NIOSSLCertificate?) -> String {
        let names = certificate.map { RedisCertificateNames($0).all } ?? "unknown"
        guard let serverName = self.serverName else {
            return
                "the server's certificate is for other names (\(names)) than its address. Set sslHost to one of these names, or "
                + "name the server by it."
        }
        return
            "the server's certificate is for other names (\(names)) than \(serverName). Set sslHost to one of these names, if "
            + "that is the right server."
    }
}
