import NIOCore
import NIOPosix

/// A server that answers whatever comes with what a test decides.
struct FakeServer {
    /// What to do with the first bytes of a connection.
    enum Behaviour {
        /// Says nothing, ever.
        case silent
        /// Closes.
        case closes
        /// Sends these bytes at once, then nothing.
        case sends([UInt8])
    }

    private let channel: any Channel
    let port: Int

    /// Starts listening on the loopback address.
    ///
    /// - Parameter behave: Told the number of each connection, counting from 0.
    /// - Returns: The server.
    /// - Throws: What binding a port throws.
    static func started(_ behave: @escaping @Sendable (Int) -> Behaviour) async throws -> FakeServer {
        let connections = ConnectionCounter()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton.next())
            .childChannelInitializer { channel in
                let handler = Handler(behaviour: behave(connections.next()))
                return channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler) }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        return FakeServer(channel: channel, port: channel.localAddress?.port ?? 0)
    }

    func stop() async throws {
        try await self.channel.close().get()
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let behaviour: Behaviour

        init(behaviour: Behaviour) {
            self.behaviour = behaviour
        }

        func channelActive(context: ChannelHandlerContext) {
            switch self.behaviour {
            case .silent: break
            case .closes: context.close(promise: nil)
            case .sends(let bytes): context.writeAndFlush(self.wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            }
        }
    }
}
