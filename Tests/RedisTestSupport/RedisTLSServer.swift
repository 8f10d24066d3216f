/// A real redis-server that speaks TLS on a port of 127.0.0.1, and can be asked without it over a Unix socket.
package struct RedisTLSServer: Sendable {
    /// The server; its commands go over the socket.
    package let server: RedisServer

    /// The port for TLS.
    package let port: Int

    /// Starts a server.
    ///
    /// - Parameters:
    ///   - pair: Its certificate and key.
    ///   - authority: The certificate of the authority that signs clients' certificates.
    ///   - wantsCertificates: Whether clients need a certificate.
    ///   - password: What clients have to sign in with; nil for nothing.
    ///   - arguments: More arguments for redis-server.
    /// - Returns: The running server.
    /// - Throws: ``RedisServerError`` that says how to install it, or why it did not start.
    package static func started(
        _ pair: TestCertificates.Pair,
        authority: TestCertificates.Pair,
        wantsCertificates: Bool = false,
        password: String? = nil,
        arguments: [String] = []
    ) async throws -> RedisTLSServer {
        let port = try LoopbackPorts.next()
        let tls = [
            "--tls-port", "\(port)", "--tls-cert-file", pair.certificate, "--tls-key-file", pair.key,
            "--tls-ca-cert-file", authority.certificate, "--tls-auth-clients", wantsCertificates ? "yes" : "no",
        ]
        let server = try await RedisServer.started(password: password, arguments: tls + arguments)
        return RedisTLSServer(server: server, port: port)
    }
}
