import NIOCore
import NIOPosix
import Synchronization

/// A plain server that sends back what it gets, and ends when its client has ended.
final class EchoServer: Sendable {
    let port: Int
    private let listener: any Channel
    private let counts: Counts

    private final class Counts: Sendable {
        let bytes = Atomic<Int>(0)
        let connections = Atomic<Int>(0)
        let channels = Mutex<[any Channel]>([])
    }

    /// How many bytes it has received.
    var receivedBytes: Int { self.counts.bytes.load(ordering: .acquiring) }

    /// How many connections it has had.
    var connections: Int { self.counts.connections.load(ordering: .acquiring) }

    private init(listener: any Channel, counts: Counts) {
        self.listener = listener
        self.port = listener.localAddress?.port ?? 0
        self.counts = counts
    }

    static func started() async throws -> EchoServer {
        let counts = Counts()
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                counts.connections.add(1, ordering: .acquiringAndReleasing)
                counts.channels.withLock { $0.append(channel) }
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(counts))
                }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        return EchoServer(listener: listener, counts: counts)
    }

    /// Ends every connection from this side.
    func hangUp() {
        for channel in self.counts.channels.withLock({ $0 }) { channel.close(promise: nil) }
    }

    func stop() async throws {
        try await self.listener.close().get()
        self.hangUp()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let counts: Counts

        init(_ counts: Counts) {
            self.counts = counts
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = self.unwrapInboundIn(data)
            self.counts.bytes.add(bytes.readableBytes, ordering: .acquiringAndReleasing)
            context.write(self.wrapOutboundOut(bytes), promise: nil)
        }

        func channelReadComplete(context: ChannelHandlerContext) {
            context.flush()
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ChannelEvent, event == .inputClosed {
                context.close(mode: .output, promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
