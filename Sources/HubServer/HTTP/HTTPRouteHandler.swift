import NIOCore
import NIOHTTP1

/// The last handler of an HTTP connection: answers requests, or turns the connection into a WebSocket.
///
/// The handler before it delivers one request at a time, so nothing is in flight when a request is complete. An upgrade
/// is possible on any request of a connection; after it, this handler is gone.
final class HTTPRouteHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// Between requests, or before the first byte of one.
        case idle
        case receiving(HTTPRequestHead, bodyBytes: Int)
        case answering(HTTPRequestHead)
        /// The last response is written; what arrives is dropped.
        case closing
    }

    private let router: HTTPRouter
    private let limits: HTTPLimits
    private let loop: ServerLoop
    private var otherHandlers: HTTPHandlers?

    private var state = State.idle
    private var deadline: NIODeadline?
    private var isBetweenRequests = false
    private var readBroughtParts = false
    private var isWritingEnd = false
    private var isReadHeld = false
    private var context: ChannelHandlerContext?

    init(router: HTTPRouter, limits: HTTPLimits, loop: ServerLoop, otherHandlers: HTTPHandlers) {
        self.router = router
        self.limits = limits
        self.loop = loop
        self.otherHandlers = otherHandlers
    }
}

// MARK: - Life

extension HTTPRouteHandler: ServerLoop.Sweepable {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        deadline = loop.isQuiescing ? .distantPast : context.eventLoop.now + limits.requestTimeout
        loop.watch(self)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        loop.unwatch(self)
        self.context = nil
        otherHandlers = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        loop.unwatch(self)
        state = .closing
        context.fireChannelInactive()
    }

    func sweep(now: NIODeadline) {
        guard let deadline, deadline <= now else { return }
        self.deadline = nil
        if case .answering = state {
            // The late answer finds the connection closing, so it can't be taken for the answer to another request.
            refuse(.text("The answer took too long.", status: 503))
        } else {
            context?.close(promise: nil)
        }
    }

    func quiesce() {
        if case .idle = state { context?.close(promise: nil) }
    }

    func cutOff() {
        state = .closing
        context?.close(promise: nil)
    }

    /// NIO's parser has given up: what follows can't be read as HTTP any more.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch (state, error) {
        case (.idle, is HTTPParserError), (.receiving, is HTTPParserError):
            refuse(.text("The request is not well-formed HTTP/1.1, or its header is too large.", status: 400))
        case (.closing, _):
            break
        default:
            context.close(promise: nil)
        }
    }
}

// MARK: - Receiving

extension HTTPRouteHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        readBroughtParts = true
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .idle):
            receive(head)
        case (.body(let bytes), .receiving(let head, let count)):
            receive(bytes.readableBytes + count, for: head)
        case (.end, .receiving(let head, _)):
            state = .answering(head)
            deadline = loop.eventLoop.now + limits.answerTimeout
            decide(head)
        default:
            break
        }
    }

    private func receive(_ head: HTTPRequestHead) {
        if isBetweenRequests {
            deadline = loop.eventLoop.now + limits.requestTimeout
        }
        isBetweenRequests = false
        state = .receiving(head, bodyBytes: 0)
        if head.uri.utf8.count > limits.targetSize {
            refuse(.text("The address in the request is longer than \(limits.targetSize) bytes.", status: 414))
        } else if let text = head.headers.first(name: "Content-Length"), Int(text) ?? .max > limits.bodySize {
            refuse(bodyTooLarge)
        }
    }

    private func receive(_ count: Int, for head: HTTPRequestHead) {
        state = .receiving(head, bodyBytes: count)
        if count > limits.bodySize { refuse(bodyTooLarge) }
    }

    private var bodyTooLarge: HubServerResponse {
        .text("The body of the request is larger than \(limits.bodySize) bytes.", status: 413)
    }

    /// Bytes came and made no complete header: the clock of this request starts now.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isBetweenRequests, !readBroughtParts {
            isBetweenRequests = false
            deadline = context.eventLoop.now + limits.requestTimeout
        }
        readBroughtParts = false
        context.fireChannelReadComplete()
    }

    /// A client that doesn't read its responses gets no further requests read.
    func read(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            context.read()
        } else {
            isReadHeld = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if isReadHeld, context.channel.isWritable {
            isReadHeld = false
            context.read()
        }
        context.fireChannelWritabilityChanged()
    }
}

// MARK: - Answering

extension HTTPRouteHandler {
    private func decide(_ head: HTTPRequestHead) {
        guard let context else { return }
        guard !isWritingEnd else {
            // Requests that were pipelined behind a slow answer come from inside the write that ended it. They take
            // turns, so that their number doesn't become the depth of the stack.
            context.eventLoop.assumeIsolated().execute { self.decide(head) }
            return
        }
        guard let target = RequestTarget(head.uri), head.version != .http1_1 || head.headers["Host"].count == 1 else {
            respond(
                .text("The address in the request is not well-formed, or 'Host' is missing.", status: 400),
                to: head
            )
            return
        }
        let exchange = HTTPExchange(
            head: head,
            target: target,
            remoteAddress: context.channel.remoteAddress,
            now: context.eventLoop.now
        )
        switch router.decide(exchange) {
        case .answer(let response): respond(response, to: head)
        case .later(let answer): respond(with: answer, to: head)
        case .upgrade(let upgrade): self.upgrade(upgrade)
        }
    }

    private func respond(with answer: @escaping @Sendable () async -> HubServerResponse, to head: HTTPRequestHead) {
        guard let context else { return }
        let promise = context.eventLoop.makePromise(of: HubServerResponse.self)
        promise.completeWithTask { await answer() }
        promise.futureResult.assumeIsolated().whenSuccess { self.respond($0, to: head) }
    }

    private func respond(_ response: HubServerResponse, to head: HTTPRequestHead) {
        guard case .answering = state, let context else { return }
        // After a request with `Upgrade` NIO's parser reads no other, whether or not it was upgraded.
        let isLast = !head.isKeepAlive || head.headers.contains(name: "Upgrade") || loop.isQuiescing
        write(response, version: head.version, isLast: isLast, withoutBody: head.method == .HEAD)
        if isLast {
            takeLeave()
        } else {
            state = .idle
            isBetweenRequests = true
            deadline = context.eventLoop.now + limits.idleTimeout
            // Only now may the next request be delivered.
            writeEnd()
        }
        context.flush()
    }

    /// Answers before the request is complete, and reads no more of it.
    private func refuse(_ response: HubServerResponse) {
        write(response, version: .http1_1, isLast: true, withoutBody: false)
        takeLeave()
        context?.flush()
    }

    private func write(_ response: HubServerResponse, version: HTTPVersion, isLast: Bool, withoutBody: Bool) {
        guard let context else { return }
        let head = response.head(version: version, isLast: isLast)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !withoutBody, response.body.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(response.body))), promise: nil)
        }
    }

    private func writeEnd() {
        isWritingEnd = true
        context?.write(wrapOutboundOut(.end(nil)), promise: nil)
        isWritingEnd = false
    }

    /// Ends our direction and waits for the client to end its own: closing while it still sends would destroy the
    /// response on its way.
    private func takeLeave() {
        guard let context else { return }
        state = .closing
        deadline = context.eventLoop.now + limits.closeTimeout
        writeEnd()
        context.flush()
        context.close(mode: .output, promise: nil)
    }
}

// MARK: - Upgrading

extension HTTPRouteHandler {
    private func upgrade(_ upgrade: WebSocketUpgrade) {
        guard let context else { return }
        upgrade.responseHeaders(on: context.channel).assumeIsolated().whenComplete { result in
            switch result {
            case .success(let headers):
                self.becomeSocket(upgrade, headers: headers)
            case .failure:
                upgrade.opening.ticket.giveBack()
                self.respond(.text("The WebSocket's opening handshake is not in order.", status: 400), to: upgrade.head)
            }
        }
    }

    private func becomeSocket(_ upgrade: WebSocketUpgrade, headers: HTTPHeaders) {
        guard let context, context.channel.isActive, let otherHandlers else {
            upgrade.opening.ticket.giveBack()
            return
        }
        let pipeline = context.pipeline
        let head = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
        context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        let socket = HubSocketHandler(loop: loop, opening: upgrade.opening, limits: upgrade.limits)
        pipeline.syncOperations.removeHandler(context: context, promise: nil)
        otherHandlers.remove(from: pipeline)
        do {
            try pipeline.syncOperations.addHandler(socket)
        } catch {
            upgrade.opening.ticket.giveBack()
        }
    }
}
