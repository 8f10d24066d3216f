import Logging
import RedisBus
import RedisTestSupport
import Testing

@Suite("The files of certificates and keys", .timeLimit(.minutes(1)))
struct RedisTLSFilesTests {
    private let certificates: TestCertificates

    init() throws {
        self.certificates = try TestCertificates()
    }

    @Test func aFileThatDoesNotExistIsNamed() {
        self.expectRefusal("caFile", "/nowhere/ca.pem") { $0.trustRoots = .file("/nowhere/ca.pem") }
        self.expectRefusal("certFile", "/nowhere/c.pem") {
            $0.certificateChainFile = "/nowhere/c.pem"
            $0.privateKeyFile = "/nowhere/k.pem"
        }
    }

    @Test func aFileOfSomethingElseIsNamed() async throws {
        let authority = try await self.certificates.authority("Authority")
        let other = try await self.certificates.authority("Other")
        let text = try self.certificates.write("text.pem", "hello")
        self.expectRefusal("caFile", text) { $0.trustRoots = .file(text) }
        self.expectRefusal("caFile", authority.key) { $0.trustRoots = .file(authority.key) }
        self.expectRefusal("caFile", self.certificates.folder) { [folder = self.certificates.folder] in
            $0.trustRoots = .file(folder)
        }
        self.expectRefusal("keyFile", text) {
            $0.certificateChainFile = authority.certificate
            $0.privateKeyFile = text
        }
        self.expectRefusal("keyFile", "does not belong to the certificate") {
            $0.certificateChainFile = authority.certificate
            $0.privateKeyFile = other.key
        }
    }

    @Test func aKeyWithAPassphraseIsRefusedWithoutAsking() async throws {
        let authority = try await self.certificates.authority("Authority")
        let key = try await self.certificates.protectedCopy(of: authority.key)
        self.expectRefusal("keyFile", "protected by a passphrase") {
            $0.certificateChainFile = authority.certificate
            $0.privateKeyFile = key
        }
    }

    private func expectRefusal(
        _ option: String,
        _ part: String,
        sourceLocation: SourceLocation = #_sourceLocation,
        _ change: (inout RedisTLSConfiguration) -> Void
    ) {
        var configuration = RedisBusConfiguration()
        var tls = RedisTLSConfiguration()
        change(&tls)
        configuration.tls = tls
        let refused = configuration
        let error = #expect(throws: RedisConfigurationError.self, sourceLocation: sourceLocation) {
            try RedisBus(configuration: refused, logger: Logger(label: "quiet") { _ in SwiftLogNoOpLogHandler() })
        }
        #expect(error?.code == .unusableFile, sourceLocation: sourceLocation)
        #expect(error?.option == option, sourceLocation: sourceLocation)
        #expect(error?.message.contains(part) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
    }
}
