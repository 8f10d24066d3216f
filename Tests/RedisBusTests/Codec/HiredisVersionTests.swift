import CHiredis
import Foundation
import Testing

@Suite("The version of hiredis", .timeLimit(.minutes(1)))
struct HiredisVersionTests {
    @Test func isOneThatTheShimKnows() {
        #expect(HIREDIS_MAJOR == 1 || (HIREDIS_MAJOR == 0 && HIREDIS_MINOR >= 14))
    }

    /// dev/hiredis-1 says what it built; without it, any version is right.
    @Test func isTheOneThatWasAskedFor() {
        let version = "\(HIREDIS_MAJOR).\(HIREDIS_MINOR).\(HIREDIS_PATCH)"
        #expect(version == ProcessInfo.processInfo.environment["HUBS_HIREDIS"] ?? version)
    }
}
