package import BusCore
package import HubRuntime
import Logging
import NIOCore
package import NIOEmbedded

/// One node of a hub: an endpoint on a bus, with event loops of its own.
package struct TestNode: Sendable {
    package let endpoint: HubEndpoint
    package let loops: [NIOAsyncTestingEventLoop]
    package let hooks: TestHooks

    package init(
        on bus: any MessageBus,
        loops: Int = 1,
        hooks: TestHooks = TestHooks(),
        _ configure: (inout HubEndpointConfiguration) -> Void = { _ in }
    ) throws {
        var configuration = HubEndpointConfiguration()
        configuration.userID = { $0.query["user"] }
        configure(&configuration)
        self.hooks = hooks
        self.loops = (0..<loops).map { _ in NIOAsyncTestingEventLoop() }
        self.endpoint = HubEndpoint(
            TestHub(hooks),
            bus: bus,
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        try self.endpoint.start()
    }

    package var context: HubContext<TestHub> { self.endpoint.context() }

    /// A client whose hub's `connected` has run.
    package func connect(
        _ id: String,
        user: String? = nil,
        framing: TransportFraming = .webSocket,
        loop: Int = 0
    ) async throws -> TestClient {
        let client = try await self.open(id, user: user, framing: framing, loop: loop)
        try await client.shakeHands()
        try await client.invoke("Echo", "connected")
        return client
    }

    /// A client that has not said anything yet.
    package func open(
        _ id: String,
        user: String? = nil,
        framing: TransportFraming = .webSocket,
        watermark: Int = 64 * 1024,
        loop: Int = 0
    ) async throws -> TestClient {
        try await TestClient(
            to: self.endpoint,
            id: id,
            user: user,
            framing: framing,
            watermark: watermark,
            on: self.loops[loop]
        )
    }

    /// Lets time pass on every loop.
    package func advance(bySeconds seconds: Int) async {
        for _ in 0..<seconds {
            for loop in self.loops { await loop.advanceTime(by: .seconds(1)) }
        }
    }
}
