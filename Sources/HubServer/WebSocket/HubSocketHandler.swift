import HubRuntime
import NIOCore

/// One WebSocket of a hub: the last handler of its channel, and the transport that the hub writes to.
///
/// It has no task, no timer and no buffer of its own, so an idle connection costs this object and NIO's channel.
final class HubSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What becomes of a connection when the handler is in its pipeline.
    struct Opening {
        var acceptor: any HubTransportAcceptor
        var request: HubConnectionRequest
        var ticket: SocketTicket
    }

    let loop: ServerLoop
    let closeTimeout: TimeAmount

    private var opening: Opening?
    private var ticket: SocketTicket?
    private var hub: (any HubTransportInput)?
    private var context: ChannelHandlerContext?

    private var decoder: WebSocketFrameDecoder
    private var handshake = WebSocketCloseHandshake()
    private var unansweredPing: ByteBuffer?
    private var outcome: TransportClosure?
    private var failure: (any Error)?
    private var closeDeadline: NIODeadline?

    private var isTakingInput = false
    private var needsFlush = false
    /// What NIO last said: asking the channel costs a walk through the pipeline for each message.
    private var isChannelWritable = true
    private var isReadingPaused = false
    private var isReadHeld = false

    init(loop: ServerLoop, opening: Opening, limits: HubSocketLimits) {
        self.loop = loop
        self.opening = opening
        self.closeTimeout = limits.closeTimeout
        self.decoder = WebSocketFrameDecoder(maximumMessageSize: limits.maximumMessageSize)
    }
}

// MARK: - Life

extension HubSocketHandler {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        isChannelWritable = context.channel.isWritable
        guard let opening else { return }
        self.opening = nil
        ticket = opening.ticket
        loop.opened(self)
        guard context.channel.isActive else {
            end(.failed(HubSocketError.lost))
            return
        }
        let hub = opening.acceptor.open(self, request: opening.request, on: context.eventLoop)
        if let outcome {
            hub.transportClosed(outcome)
        } else {
            self.hub = hub
        }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        loop.closed(self)
        end(.failed(failure ?? HubSocketError.lost))
        self.context = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        handshake.socketClosed()
        end(.failed(failure ?? HubSocketError.lost))
        loop.unwatch(self)
        loop.closed(self)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        failure = error
        context.close(promise: nil)
    }

    /// Tells the hub, once.
    private func end(_ closure: TransportClosure) {
        guard outcome == nil else { return }
        outcome = closure
        unansweredPing = nil
        let (hub, ticket) = (self.hub, self.ticket)
        self.hub = nil
        self.ticket = nil
        hub?.transportClosed(closure)
        ticket?.giveBack()
    }
}

// MARK: - Receiving

extension HubSocketHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard handshake.readsFrames else { return }
        isTakingInput = true
        take(unwrapInboundIn(data))
        isTakingInput = false
        answerPing()
        flushIfNeeded()
    }

    private func take(_ input: ByteBuffer) {
        var input = input
        var payload = loop.takeScratch(capacity: input.readableBytes)
        defer { loop.returnScratch(payload) }
        do throws(WebSocketViolation) {
            while let frame = try decoder.next(in: &input, appendingTo: &payload) {
                switch frame {
                case .ping(let body):
                    unansweredPing = body
                case .pong:
                    break
                case .close(let frame):
                    deliver(payload)
                    payload.clear(minimumCapacity: 0)
                    finish(handshake.receivedClose(frame), .graceful)
                    return
                }
            }
            deliver(payload)
        } catch {
            deliver(payload)
            finish(handshake.violated(error), .failed(error))
        }
    }

    /// The hub is told first: closing may make the channel inactive at once, which would look like a loss.
    private func finish(_ action: WebSocketCloseHandshake.Action, _ closure: TransportClosure) {
        end(closure)
        perform(action)
    }

    private func deliver(_ payload: ByteBuffer) {
        guard payload.readableBytes > 0, handshake.isOpen else { return }
        hub?.received(payload)
    }

    /// Only the latest ping is answered, and only while the client reads (RFC 6455 section 5.5.3 allows both), so
    /// that pings can't fill memory.
    private func answerPing() {
        guard let body = unansweredPing, handshake.isOpen, let context, context.channel.isWritable else { return }
        unansweredPing = nil
        var frame = context.channel.allocator.buffer(capacity: 2 + body.readableBytes)
        WebSocketFrameHeader.write(.pong, length: body.readableBytes, into: &frame)
        frame.writeImmutableBuffer(body)
        context.write(wrapOutboundOut(frame), promise: nil)
        needsFlush = true
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        isChannelWritable = context.channel.isWritable
        hub?.transportWritabilityChanged()
        answerPing()
        flushIfNeeded()
    }

    func read(context: ChannelHandlerContext) {
        if isReadingPaused {
            isReadHeld = true
        } else {
            context.read()
        }
    }
}

// MARK: - Closing

extension HubSocketHandler: ServerLoop.Sweepable {
    private func perform(_ action: WebSocketCloseHandshake.Action) {
        guard let context else { return }
        switch action {
        case .none:
            break
        case .sendAndAwaitPeer(let frame):
            send(frame, promise: nil)
            limitClosing()
            resumeReading()
        case .sendAndDiscardInput(let frame):
            send(frame, promise: nil)
            context.close(mode: .output, promise: nil)
            limitClosing()
            resumeReading()
        case .sendAndClose(let frame):
            let sent = context.eventLoop.makePromise(of: Void.self)
            limitClosing()
            send(frame, promise: sent)
            sent.futureResult.assumeIsolated().whenComplete { _ in
                self.context?.close(promise: nil)
            }
        case .close:
            context.close(promise: nil)
        }
    }

    private func send(_ close: WebSocketCloseFrame, promise: EventLoopPromise<Void>?) {
        guard let context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        var frame = context.channel.allocator.buffer(capacity: 4 + close.reason.utf8.count)
        close.write(into: &frame)
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
        needsFlush = false
    }

    /// From here on the sweep sees to it that a silent client can't hold the socket.
    private func limitClosing() {
        closeDeadline = loop.eventLoop.now + closeTimeout
        loop.watch(self)
    }

    /// The hub ends its sockets itself.
    func quiesce() {}

    func cutOff() {
        handshake.socketClosed()
        context?.close(promise: nil)
    }

    func sweep(now: NIODeadline) {
        guard let closeDeadline, closeDeadline <= now else { return }
        self.closeDeadline = nil
        loop.unwatch(self)
        failure = failure ?? HubSocketError.closeTimedOut
        handshake.socketClosed()
        context?.close(promise: nil)
    }
}

// MARK: - What the hub calls

extension HubSocketHandler: HubTransport {
    var framing: TransportFraming {
        .webSocket
    }

    var isWritable: Bool {
        isChannelWritable && context != nil
    }

    var bufferedBytes: Int {
        guard let options = context?.channel.syncOptions else { return 0 }
        return (try? options.getOption(.bufferedWritableBytes)) ?? 0
    }

    /// The hub writes the frame headers, so it is the hub that marks them as binary.
    func formatChosen(isBinary: Bool) {}

    func write(_ frame: ByteBuffer) {
        guard handshake.isOpen, let context else { return }
        context.write(wrapOutboundOut(frame), promise: nil)
    }

    /// What is written while input is taken goes out with one system call at the end of the read.
    func flush() {
        needsFlush = true
        if !isTakingInput {
            flushIfNeeded()
        }
    }

    private func flushIfNeeded() {
        guard needsFlush else { return }
        needsFlush = false
        context?.flush()
    }

    func close(_ reason: TransportCloseReason) {
        let frame = WebSocketCloseFrame(code: WebSocketCloseCode(reason.code), reason: reason.text)
        perform(handshake.closeRequested(frame))
    }

    func pauseReading() {
        isReadingPaused = handshake.isOpen
    }

    func resumeReading() {
        isReadingPaused = false
        guard isReadHeld else { return }
        isReadHeld = false
        context?.read()
    }
}

extension WebSocketCloseCode {
    /// The status code for a reason of the runtime (RFC 6455 section 7.4.1).
    fileprivate init(_ code: TransportCloseReason.Code) {
        switch code {
        case .normal: self = .normal
        case .goingAway: self = .goingAway
        case .protocolError: self = .protocolError
        case .policyViolation: self = .policyViolation
        case .tooBig: self = .tooBig
        case .internalError: self = .internalError
        }
    }
}
