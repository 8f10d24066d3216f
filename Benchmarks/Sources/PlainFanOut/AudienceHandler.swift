import NIOCore
import NIOWebSocket

/// Hands what its client sends to everybody.
final class AudienceHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame

    private let audience: Audience
    private var encoder: ChannelHandlerContext?

    init(_ audience: Audience) {
        self.audience = audience
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.encoder = try? context.pipeline.syncOperations.context(handlerType: WebSocketFrameEncoder.self)
        if let encoder { self.audience.add(encoder) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = self.unwrapInboundIn(data)
        switch frame.opcode {
        case .text: self.audience.broadcast(frame.unmaskedData)
        case .connectionClose: context.close(promise: nil)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if let encoder { self.audience.remove(encoder) }
        self.encoder = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
