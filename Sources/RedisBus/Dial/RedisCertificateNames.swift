import NIOCore
import NIOSSL

/// The names in a certificate, for an error message.
///
/// Whoever answered the connection wrote them: they are shortened, and nothing is shown that could confuse a log.
struct RedisCertificateNames {
    private let certificate: NIOSSLCertificate

    init(_ certificate: NIOSSLCertificate) {
        self.certificate = certificate
    }

    /// For whom the certificate is.
    var all: String {
        var names: [String] = []
        for name in self.certificate._subjectAlternativeNames().prefix(10) {
            switch name.nameType {
            case .dnsName: names.append(Self.printable(String(decoding: name.contents, as: UTF8.self)))
            case .ipAddress:
                let bytes = ByteBuffer(bytes: name.contents)
                if let address = try? SocketAddress(packedIPAddress: bytes, port: 0).ipAddress { names.append(address) }
            default: continue
            }
        }
        if names.isEmpty { names = self.commonName(of: self.certificate.subjectName).map { [$0] } ?? [] }
        return names.isEmpty ? "none" : names.joined(separator: ", ")
    }

    /// By whom it is signed.
    var issuer: String {
        if self.certificate.issuerName == self.certificate.subjectName { return "it is signed by itself" }
        return "issued by \(self.commonName(of: self.certificate.issuerName) ?? "a nameless authority")"
    }

    private func commonName(of names: [SSLCertificateName]) -> String? {
        let name = names.last { $0.type == .commonName } ?? names.last
        return name.map { Self.printable($0.value) }
    }

    private static func printable(_ text: String) -> String {
        let shown = text.unicodeScalars.prefix(100).map { scalar in
            scalar.value >= 0x20 && scalar.value < 0x7F ? Character(scalar) : "?"
        }
        return String(shown)
    }
}
