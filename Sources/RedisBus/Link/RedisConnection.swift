import BusCore
import NIOCore

/// One connection to a Redis server, from the attempt to its end.
///
/// Belongs to its event loop.
///
/// Commands are collected and leave in one write with ``flush()``. Whatever the server sends, the worst that follows is
/// that the connection ends.
final class RedisConnection<Role: RedisRole>: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case connecting, handshaking, ready, over
    }

    private let number: UInt64
    private let events: BusLinkEvents
    private let clientName: String
    private var phase = Phase.connecting
    private var context: ChannelHandlerContext?
    private var reader: HiredisReader
    private var writer = RedisCommandWriter()
    private var handshake: RedisHandshake
    private(set) var role: Role
    private var hasReported = false

    init(
        number: UInt64,
        role: Role,
        configuration: RedisBusConfiguration,
        events: BusLinkEvents
    ) throws(RedisProtocolError) {
        self.number = number
        self.role = role
        self.clientName = configuration.clientName
        self.handshake = RedisHandshake(credentials: nil, clientName: self.clientName)
        self.events = events
        self.reader = try HiredisReader(
            limit: max(HiredisReader.defaultLimit, configuration.maximumPayloadBytes + 1024 * 1024)
        )
    }

    var isReady: Bool { self.phase == .ready }

    var isOver: Bool { self.phase == .over }

    // MARK: From the link

    /// Writes commands, to be sent with the next flush.
    @inline(__always)
    func write<Result>(_ body: (inout Role, inout RedisCommandWriter) -> Result) -> Result {
        body(&self.role, &self.writer)
    }

    /// Sends what has been written.
    func flush() {
        guard self.writer.hasCommands, let context = self.context else { return }
        context.writeAndFlush(self.wrapOutboundOut(self.writer.bytes), promise: nil)
        self.writer.reuse()
    }

    /// Ends the connection without telling anybody.
    func abandon() {
        self.phase = .over
        self.context?.close(promise: nil)
    }

    /// Says how to sign in, before the channel is there.
    func signIn(with credentials: RedisCredentials?) {
        self.handshake = RedisHandshake(credentials: credentials, clientName: self.clientName)
    }

    /// The attempt to connect failed.
    func failed(_ error: BusError) {
        self.lose(error)
        self.events.readCompleted()
    }

    private func lose(_ error: BusError) {
        guard self.phase != .over else { return }
        self.phase = .over
        self.hasReported = true
        self.events.lost(Role.part, connection: self.number, error: error)
        self.context?.close(promise: nil)
    }

    // MARK: From the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        if context.channel.isActive { self.start(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        self.start(context)
    }

    private func start(_ context: ChannelHandlerContext) {
        switch self.phase {
        case .connecting:
            self.phase = .handshaking
            self.handshake.write(self.role, into: &self.writer)
            self.flush()
        case .over:
            context.close(promise: nil)
        case .handshaking, .ready:
            break
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard self.phase != .over else { return }
        let buffer = self.unwrapInboundIn(data)
        do {
            var sink = Sink(connection: self)
            try self.reader.read(buffer, into: &sink)
        } catch {
            self.lose(
                BusError(.linkFailed, "Redis sent what cannot be understood: \(error.description).", cause: error)
            )
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.reportReadCompleted()
        self.flush()
    }

    func channelInactive(context: ChannelHandlerContext) {
        let hint = self.handshake.toleratedError.map { " It had said \"\($0.prefix(200))\"." } ?? ""
        let message =
            self.phase == .ready
            ? "Redis closed the connection." : "Redis closed the connection before it was ready.\(hint)"
        self.lose(BusError(.linkFailed, message))
        self.reportReadCompleted()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let known = error as? BusError
        self.lose(known ?? BusError(.linkFailed, "The connection to Redis failed: \(error).", cause: error))
        self.reportReadCompleted()
        context.close(promise: nil)
    }

    private func reportReadCompleted() {
        guard self.hasReported else { return }
        self.hasReported = false
        self.events.readCompleted()
    }

    // MARK: From the reader

    /// Stands between the reader and the connection, so that the reader's call is a static one.
    private struct Sink: RedisReplySink {
        let connection: RedisConnection

        mutating func received(payload: ByteBuffer, channel: ByteBuffer) -> Bool {
            let connection = self.connection
            guard connection.phase == .ready else { return connection.violated("a message before the handshake's end") }
            return connection.perform(connection.role.received(payload: payload, channel: channel))
        }

        mutating func received(integer: Int64) -> Bool {
            let connection = self.connection
            guard connection.phase == .ready else { return connection.handshake(.integer(integer)) }
            return connection.perform(connection.role.received(integer: integer))
        }

        mutating func received(reply: RedisReply) -> Bool {
            let connection = self.connection
            guard connection.phase == .ready else { return connection.handshake(reply) }
            return connection.perform(connection.role.received(reply: reply, writer: &connection.writer))
        }
    }

    private func handshake(_ reply: RedisReply) -> Bool {
        switch self.handshake.received(reply) {
        case .wait: return true
        case .fail(let error): self.lose(error)
        case .readyWithout: self.becomeReady()
        case .ready(let reply):
            guard self.role.isReady(reply) else { return self.violated("another reply to the handshake than expected") }
            self.becomeReady()
        }
        return self.phase != .over
    }

    private func becomeReady() {
        self.phase = .ready
        self.hasReported = true
        self.events.connected(Role.part, connection: self.number)
    }

    private func violated(_ what: String) -> Bool {
        self.lose(BusError(.linkFailed, "Redis sent \(what); the connection is replaced."))
        return false
    }

    /// Reports what follows from something that came.
    ///
    /// - Returns: Whether the connection goes on; a report may have ended it.
    private func perform(_ outcome: RedisOutcome) -> Bool {
        self.hasReported = true
        switch outcome {
        case .nothing: break
        case .message(let channel, let payload): self.events.message(on: channel, payload: payload, from: Role.part)
        case .published(let token, let receivers):
            self.events.published(token, receivers: receivers, on: Role.part)
        case .publishRefused(let token, let error): self.events.publishRefused(token, error: error, on: Role.part)
        case .subscribed(let token): self.events.subscribed(token)
        case .subscribeRefused(let tokens, let error):
            for token in tokens where self.phase != .over { self.events.refused(token, error: error) }
        case .probed(let token): self.events.probed(Role.part, token: token)
        case .malformed: self.events.malformed()
        case .violation(let what): return self.violated(what)
        }
        return self.phase != .over
    }
}
