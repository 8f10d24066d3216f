import BusConformance
import BusConformanceTesting
import RedisConformanceSupport
import RedisTestSupport
import Testing

/// The public kit against RedisBus on a real server.
@Suite("RedisBus conforms", .serialized, .timeLimit(.minutes(1)))
struct RedisConformanceTests {
    @Test(arguments: BusCheck.selected)
    func keeps(_ check: BusCheck) async throws {
        let server = try await RedisServer.started()
        try await check.verify(RedisHarness.make(on: server))
    }
}
