import BusCore
import NIOCore
import NIOPosix
import NIOSSL
import NIOTLS

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Stands behind the handler that speaks TLS, and says what its errors mean.
///
/// What it passes on are `BusError`s. A connection that ends without TLS's goodbye, as when a server is killed, is an ordinary
/// end: Redis' replies say themselves whether they are complete.
final class RedisTLSErrorHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let ssl: NIOSSLClientHandler
    private let failure: RedisTLSFailure
    private let deadline: NIODeadline
    private var hasRead = false
    private var hasFailed = false
    private var timeout: Scheduled<Void>?

    /// Makes a handler.
    ///
    /// - Parameters:
    ///   - ssl: The handler that speaks TLS.
    ///   - failure: Words its errors.
    ///   - deadline: When the handshake must be over.
    init(ssl: NIOSSLClientHandler, failure: RedisTLSFailure, deadline: NIODeadline) {
        self.ssl = ssl
        self.failure = failure
        self.deadline = deadline
    }

    /// A server that does not speak TLS may well wait for the end of what it takes for a command.
    func handlerAdded(context: ChannelHandlerContext) {
        let loop = context.eventLoop.assumeIsolated()
        self.timeout = loop.scheduleTask(deadline: self.deadline) {
            self.fail(self.failure.unanswered, context)
            context.close(promise: nil)
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.timeout?.cancel()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .handshakeCompleted? = event as? TLSUserEvent { self.timeout?.cancel() }
        context.fireUserInboundEventTriggered(event)
    }

    private func fail(_ error: BusError, _ context: ChannelHandlerContext) {
        guard !self.hasFailed else { return }
        self.hasFailed = true
        context.fireErrorCaught(error)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        self.hasRead = true
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOSSLError.uncleanShutdown:
            return
        case is IOError where self.hasRead:
            context.fireErrorCaught(error)
        case is IOError:
            // The server did not wait for what this side had to say: channelInactive follows.
            return
        default:
            let now = Int(Date().timeIntervalSince1970)
            self.fail(self.failure.error(error, certificate: self.ssl.peerCertificate, now: now), context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !self.hasRead { self.fail(self.failure.closedWithoutAWord, context) }
        context.fireChannelInactive()
    }
}
