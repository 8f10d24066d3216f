import HubServer
import InMemoryBus
import Logging
import Measuring
import NIOCore
import NIOPosix

/// A hub whose one method calls all clients, on an `InMemoryBus`, at `/hub`.
///
/// It listens on a free port of 127.0.0.1, which it prints as `port=N`, runs its sockets on one event loop, and ends when its
/// standard input does.
@main
enum HubFanOut {
    @concurrent
    static func main() async throws {
        FileLimit.raise()
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var configuration = HubServerConfiguration()
        configuration.port = 0
        configuration.eventLoopGroup = group
        let bus = InMemoryBus(logger: logger)
        let server = HubServer(bus: bus, configuration: configuration, logger: logger)
        server.map(FanOutHub(), at: "/hub")
        try await server.start()
        Report.write(["port": Double(server.localAddress?.port ?? 0)])
        await StandardInput.ended()
        await server.shutdown()
        await bus.close()
        try await group.shutdownGracefully()
    }
}
