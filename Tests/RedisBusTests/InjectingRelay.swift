import NIOCore

/// One end of a connection through an ``InjectingProxy``: hands on what comes, and floods the end it belongs to.
final class InjectingRelay: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let peer: any Channel
    private let floodEnded: @Sendable (Int) -> Void
    private var repeated: ByteBuffer?
    private var taken = 0

    /// Makes the handler of one end.
    ///
    /// - Parameters:
    ///   - peer: The other end.
    ///   - floodEnded: Told how many bytes a flood took, when the connection is over.
    init(to peer: any Channel, floodEnded: @escaping @Sendable (Int) -> Void = { _ in }) {
        self.peer = peer
        self.floodEnded = floodEnded
    }

    /// Sends these bytes again and again.
    func flood(_ channel: any Channel, _ repeated: ByteBuffer) {
        self.repeated = repeated
        self.pour(into: channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.peer.writeAndFlush(self.unwrapInboundIn(data), promise: nil)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        self.pour(into: context.channel)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if self.repeated != nil { self.floodEnded(self.taken) }
        self.peer.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func pour(into channel: any Channel) {
        guard let repeated = self.repeated else { return }
        while channel.isWritable, channel.isActive {
            self.taken += repeated.readableBytes
            channel.writeAndFlush(repeated, promise: nil)
        }
    }
}
