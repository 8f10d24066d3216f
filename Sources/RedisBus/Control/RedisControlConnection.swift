import BusCore
import DequeModule
import NIOCore

/// A connection on which a link asks a server about itself: a sentinel for the primary, a cluster's node for the slots.
///
/// Belongs to its event loop. Each question is answered once: with the reply, or with an error when the connection ends or an
/// answer takes too long, which ends the connection too. What it carries is small and rare; messages of the bus never come here.
final class RedisControlConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias Answer = (Result<RedisReply, BusError>) -> Void

    /// How a control connection signs in.
    enum Credentials {
        /// As connections of the bus do.
        case configured
        case known(RedisCredentials?)
    }

    let endpoint: RedisEndpoint
    private let dialer: RedisDialer
    private let eventLoop: any EventLoop
    private let timeout: TimeAmount
    private let clientName: String
    private var reader: HiredisReader?
    private var writer = RedisCommandWriter()
    private var context: ChannelHandlerContext?
    private var answers: Deque<Answer> = []
    /// Counts answers, so that a deadline knows whether its own has come.
    private var asked = 0
    private var answered = 0
    /// Answers to commands of the sign-in that are still to come.
    private var preamble = 0
    private(set) var isOver = false
    /// Gets the payload of what is published on a channel that was subscribed to.
    var onMessage: ((ByteBuffer) -> Void)?

    private static let replyLimit = 4 * 1024 * 1024

    /// Starts to connect.
    ///
    /// - Parameters:
    ///   - endpoint: Where to.
    ///   - credentials: How to sign in.
    ///   - configuration: The configuration of the bus.
    ///   - dialer: Opens connections.
    ///   - loop: The event loop of the bus.
    init(
        to endpoint: RedisEndpoint,
        credentials: Credentials,
        configuration: RedisBusConfiguration,
        dialer: RedisDialer,
        loop: RedisLoop
    ) {
        self.endpoint = endpoint
        self.dialer = dialer
        self.eventLoop = loop.eventLoop
        self.timeout = TimeAmount(configuration.commandTimeout)
        self.clientName = configuration.clientName
        self.reader = try? HiredisReader(limit: Self.replyLimit)
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        switch credentials {
        case .known(let credentials): self.connect(credentials)
        case .configured:
            dialer.withCredentials { result in
                switch result {
                case .success(let credentials): bound.value.connect(credentials)
                case .failure(let error): bound.value.end(error)
                }
            }
        }
    }

    private func connect(_ credentials: RedisCredentials?) {
        guard !self.isOver else { return }
        self.signIn(credentials)
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.dialer.connect(to: self.endpoint) { bound.value }.whenFailure { [dialer, endpoint] error in
            bound.value.end(dialer.error(error, endpoint: endpoint))
        }
    }

    /// Writes the commands that sign in, and then the questions that have been waiting for that.
    private func signIn(_ credentials: RedisCredentials?) {
        let questions = self.writer.bytes
        let answers = self.answers
        self.writer.reuse()
        self.answers = []
        if let credentials {
            let name = credentials.username.map { [$0] } ?? []
            self.write(["AUTH"] + name + [credentials.password]) { [weak self] answer in
                guard case .success(.error(let text)) = answer else { return }
                self?.end(RedisHandshake.signInRefused(text))
            }
        }
        if !self.clientName.isEmpty { self.write(["CLIENT", "SETNAME", self.clientName]) { _ in } }
        self.preamble = self.answers.count
        self.answers += answers
        self.writer.append(questions)
    }

    // MARK: Questions

    /// Sends a command.
    ///
    /// - Parameters:
    ///   - command: The command and its arguments.
    ///   - answer: Called once on the event loop, with the reply, which may be an error of the server.
    func ask(_ command: [String], _ answer: @escaping Answer) {
        guard !self.isOver else { return answer(.failure(self.closedError)) }
        self.asked += 1
        let number = self.asked
        self.write(command, answer)
        self.flush()
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.eventLoop.scheduleTask(in: self.timeout) { bound.value.expire(number) }
    }

    private func write(_ command: [String], _ answer: @escaping Answer) {
        self.answers.append(answer)
        self.writer.command(command)
    }

    /// Ends the connection; what has not been answered fails.
    func close() {
        self.end(self.closedError)
    }

    private func expire(_ number: Int) {
        guard !self.isOver, self.answered < number else { return }
        self.end(BusError(.linkFailed, "\(self.endpoint) did not answer in time."))
    }

    private var closedError: BusError {
        BusError(.linkFailed, "The connection to \(self.endpoint) has ended.")
    }

    private func flush() {
        guard self.writer.hasCommands, let context = self.context, context.channel.isActive else { return }
        context.writeAndFlush(self.wrapOutboundOut(self.writer.bytes), promise: nil)
        self.writer.reuse()
    }

    private func end(_ error: BusError) {
        guard !self.isOver else { return }
        self.isOver = true
        self.onMessage = nil
        let answers = self.answers
        self.answers = []
        self.context?.close(promise: nil)
        for answer in answers { answer(.failure(error)) }
    }

    // MARK: From the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.channelActive(context: context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        if self.isOver { return context.close(promise: nil) }
        self.flush()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !self.isOver else { return }
        var sink = Sink(connection: self)
        do {
            try self.reader?.read(self.unwrapInboundIn(data), into: &sink)
        } catch {
            self.end(BusError(.linkFailed, "\(self.endpoint) sent what cannot be understood: \(error.description)."))
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.end(BusError(.linkFailed, "\(self.endpoint) closed the connection."))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.end(self.dialer.error(error, endpoint: self.endpoint))
        context.close(promise: nil)
    }

    private func take(_ reply: RedisReply) -> Bool {
        guard let answer = self.answers.popFirst() else {
            self.end(BusError(.linkFailed, "\(self.endpoint) answered what nobody had asked."))
            return false
        }
        if self.preamble > 0 { self.preamble -= 1 } else { self.answered += 1 }
        answer(.success(reply))
        return !self.isOver
    }

    /// Stands between the reader and the connection, so that the reader's call is a static one.
    private struct Sink: RedisReplySink {
        let connection: RedisControlConnection

        mutating func received(payload: ByteBuffer, channel: ByteBuffer) -> Bool {
            self.connection.onMessage?(payload)
            return !self.connection.isOver
        }

        mutating func received(integer: Int64) -> Bool { self.connection.take(.integer(integer)) }

        mutating func received(reply: RedisReply) -> Bool { self.connection.take(reply) }
    }
}
