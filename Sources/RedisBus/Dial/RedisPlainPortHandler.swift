import BusCore
import NIOCore

/// Looks at the first bytes of a connection without TLS, and says what they mean if they are TLS.
///
/// It removes itself then, and costs nothing afterwards.
final class RedisPlainPortHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let endpoint: RedisEndpoint

    init(endpoint: RedisEndpoint) {
        self.endpoint = endpoint
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = Self.unwrapInboundIn(data)
        // An alert of TLS: the server could not make sense of a command.
        if buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) == 0x1503 {
            context.fireErrorCaught(self.speaksTLS)
        } else {
            context.fireChannelRead(data)
        }
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The server did not wait for what this side had to say: channelInactive follows, and says more.
        if error is IOError { return }
        context.fireErrorCaught(error)
    }

    func channelInactive(context: ChannelHandlerContext) {
        context.fireErrorCaught(self.closedWithoutAWord)
        context.fireChannelInactive()
    }

    private var speaksTLS: BusError {
        BusError(
            .linkFailed,
            "Redis at \(self.endpoint) speaks TLS on this port, and this connection does not. Write ssl=true or rediss://."
        )
    }

    private var closedWithoutAWord: BusError {
        BusError(
            .linkFailed,
            "Redis at \(self.endpoint) closed the connection before it said anything. If it is a port for TLS, write ssl=true or "
                + "rediss://; if it is a proxy, look at the server behind it."
        )
    }
}
