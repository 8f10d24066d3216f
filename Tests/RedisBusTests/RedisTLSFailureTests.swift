import BusCore
import NIOSSL
import RedisTestSupport
import Testing

@testable import RedisBus

@Suite("What RedisBus says about TLS that fails", .timeLimit(.minutes(1)))
struct RedisTLSFailureTests {
    private let failure = RedisTLSFailure(
        endpoint: .tcp(host: "h", port: 1),
        configuration: RedisTLSConfiguration(),
        serverName: "h",
        fileProblem: nil
    )

    @Test func theCertificateIsNotValidYetOrAnyMore() async throws {
        let certificate = try await self.certificate(names: ["DNS:h"])
        let early = self.failure.untrusted(certificate, certificate.notValidBefore - 1)
        #expect(early.contains("not valid before \(UTCTime(certificate.notValidBefore))"), "\(early)")
        let late = self.failure.untrusted(certificate, certificate.notValidAfter + 1)
        #expect(late.contains("expired on \(UTCTime(certificate.notValidAfter))"), "\(late)")
        let between = self.failure.untrusted(certificate, certificate.notValidBefore)
        #expect(between.contains("set caFile"), "\(between)")
    }

    @Test func aStrangersNamesDoNotSpoilTheLog() async throws {
        let names = (0..<50).map { "DNS:name-\($0)" }
        let shown = RedisCertificateNames(try await self.certificate(names: names)).all
        #expect(shown.hasPrefix("name-0, name-1, "))
        #expect(!shown.contains("name-10"))
        let weird = RedisCertificateNames(
            try await self.certificate(names: ["DNS:" + String(repeating: "é", count: 90)])
        ).all
        #expect(weird.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "\(weird)")
        #expect(weird.count <= 100)
    }

    @Test func theFilesThatChangedAreMentioned() {
        let failure = RedisTLSFailure(
            endpoint: .tcp(host: "h", port: 1),
            configuration: RedisTLSConfiguration(),
            serverName: "h",
            fileProblem: "caFile is gone."
        )
        #expect(failure.unanswered.message.hasSuffix("the files have changed and cannot be read: caFile is gone."))
    }

    @Test(arguments: [
        (0, "1970-01-01 00:00:00 UTC"), (951_782_400, "2000-02-29 00:00:00 UTC"), (-1, "1969-12-31 23:59:59 UTC"),
        (1_709_251_199, "2024-02-29 23:59:59 UTC"), (4_102_444_800, "2100-01-01 00:00:00 UTC"),
        (253_402_300_799, "9999-12-31 23:59:59 UTC"), (Int.max, "a very distant day"), (Int.min, "a very distant day"),
    ])
    func timesAreWrittenAsPeopleDo(_ seconds: Int, _ text: String) {
        #expect("\(UTCTime(seconds))" == text)
    }

    private func certificate(names: [String]) async throws -> NIOSSLCertificate {
        let files = try TestCertificates()
        let authority = try await files.authority("Authority")
        let pair = try await files.certificate("server", signedBy: authority, names: names)
        return try #require(try NIOSSLCertificate.fromPEMFile(pair.certificate).first)
    }
}
