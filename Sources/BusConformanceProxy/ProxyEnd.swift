import NIOCore

/// Hands what one end of a proxied connection does to the connection.
final class ProxyEnd: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let connection: ProxyConnection
    private let isClient: Bool

    init(_ connection: ProxyConnection, isClient: Bool) {
        self.connection = connection
        self.isClient = isClient
    }

    func channelActive(context: ChannelHandlerContext) {
        if self.isClient { self.connection.start(context.channel) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.connection.received(self.unwrapInboundIn(data), fromClient: self.isClient)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.connection.readCompleted(fromClient: self.isClient)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            self.connection.ended(byClient: self.isClient)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.connection.gone(client: self.isClient)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.connection.failed(client: self.isClient)
        context.close(promise: nil)
    }
}
