import NIOCore
import NIOSSL

/// The certificates and the key of a configuration, as their files hold them now.
struct RedisTLSFiles: Equatable, Sendable {
    /// The authorities that are trusted; nil are those of the operating system.
    private let roots: [NIOSSLCertificate]?
    private let chain: [NIOSSLCertificate]
    private let key: NIOSSLPrivateKey?

    /// Reads the files.
    ///
    /// - Throws: ``RedisConfigurationError`` that names the option and the file.
    init(_ configuration: RedisTLSConfiguration) throws(RedisConfigurationError) {
        switch configuration.trustRoots {
        case .system: self.roots = nil
        case .file(let path): self.roots = try Self.certificates(path, .caFile)
        }
        self.chain =
            try configuration.certificateChainFile.map { path throws(RedisConfigurationError) in
                try Self.certificates(path, .certFile)
            } ?? []
        self.key = try configuration.privateKeyFile.map { path throws(RedisConfigurationError) in try Self.key(path) }
    }

    /// Whether there is anything that could change.
    static func areNamed(in configuration: RedisTLSConfiguration) -> Bool {
        configuration.trustRoots != .system || configuration.certificateChainFile != nil
    }

    /// What NIOSSL needs to speak TLS with these files.
    ///
    /// The server's certificate is always verified in full: signature, validity and name.
    ///
    /// - Throws: ``RedisConfigurationError`` if the key does not belong to the certificate.
    func context(_ configuration: RedisTLSConfiguration) throws(RedisConfigurationError) -> NIOSSLContext {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .fullVerification
        tls.minimumTLSVersion = configuration.minimumVersion == .tls13 ? .tlsv13 : .tlsv12
        tls.trustRoots = self.roots.map { .certificates($0) } ?? .default
        tls.certificateChain = self.chain.map { .certificate($0) }
        tls.privateKey = self.key.map { .privateKey($0) }
        // A server that does not answer the goodbye must not keep a bus from closing.
        tls.shutdownTimeout = .milliseconds(250)
        do {
            return try NIOSSLContext(configuration: tls)
        } catch {
            throw self.key == nil ? Self.noAuthorities(error) : Self.wrongKey(error)
        }
    }

    private static func noAuthorities(_ error: any Error) -> RedisConfigurationError {
        RedisConfigurationError(
            .unusableFile,
            .caFile,
            "TLS cannot be set up with the system's authorities: \(error). Name those of the server with caFile."
        )
    }

    private static func wrongKey(_ error: any Error) -> RedisConfigurationError {
        RedisConfigurationError(
            .unusableFile,
            .keyFile,
            "The private key (keyFile) does not belong to the certificate (certFile): \(error)."
        )
    }

    private static func certificates(
        _ path: String,
        _ option: RedisOption
    ) throws(RedisConfigurationError) -> [NIOSSLCertificate] {
        do {
            return try NIOSSLCertificate.fromPEMFile(path)
        } catch {
            throw RedisConfigurationError(
                .unusableFile,
                option,
                "\(option.rawValue) cannot be used: \(path) does not exist, may not be read or holds no certificate in PEM format."
            )
        }
    }

    private static func key(_ path: String) throws(RedisConfigurationError) -> NIOSSLPrivateKey {
        do {
            // There is nobody to ask for a passphrase.
            return try NIOSSLPrivateKey(file: path, format: .pem) { (_: NIOSSLPassphraseSetter<[UInt8]>) in
                throw NIOSSLError.failedToLoadPrivateKey
            }
        } catch {
            throw RedisConfigurationError(
                .unusableFile,
                .keyFile,
                "keyFile cannot be used: \(path) does not exist, may not be read, is protected by a passphrase or holds no private "
                    + "key in PEM format."
            )
        }
    }
}
