import Measuring
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket

/// A WebSocket server on SwiftNIO alone, the reference: what one client sends, all get, as one ready frame.
///
/// `PlainFanOut [--coalescing]`. It listens on a free port of 127.0.0.1, which it prints as `port=N`, runs on one event loop,
/// and ends when its standard input does.
@main
enum PlainFanOut {
    @concurrent
    static func main() async throws {
        FileLimit.raise()
        let isCoalescing = Options(switches: ["coalescing"]).has("coalescing")
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let loop = group.next()
        let audience = try await loop.submit {
            NIOLoopBound(Audience(eventLoop: loop, isCoalescing: isCoalescing), eventLoop: loop)
        }.get()

        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
                        withServerUpgrade: (upgraders: [Self.upgrader(audience)], completionHandler: { _ in })
                    )
                }
            }
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .bind(host: "127.0.0.1", port: 0).get()
        Report.write(["port": Double(listener.localAddress?.port ?? 0)])
        await StandardInput.ended()
        try await listener.close()
        try await group.shutdownGracefully()
    }

    private static func upgrader(_ audience: NIOLoopBound<Audience>) -> NIOWebSocketServerUpgrader {
        NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AudienceHandler(audience.value))
                }
            }
        )
    }
}
