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

    let place: RedisPlace
    private let part: Int
    private let number: UInt64
    private let events: BusLinkEvents
    private var phase = Phase.connecting
    /// Whoever hears of more than the bus does; let go at the end.
    private var link: RedisLink?
    private var context: ChannelHandlerContext?
    private var reader: HiredisReader
    private var writer = RedisCommandWriter()
    private var handshake: RedisHandshake
    private(set) var role: Role
    private var burst = RedisReadBurst()
    private var hasReported = false

    init(
        part: Int,
        number: UInt64,
        role: Role,
        place: RedisPlace,
        credentials: RedisCredentials?,
        configuration: RedisBusConfiguration,
        link: RedisLink,
        events: BusLinkEvents
    ) throws(RedisProtocolError) {
        self.part = part
        self.number = number
        self.role = role
        self.place = place
        self.handshake = RedisHandshake(
            credentials: credentials,
            clientName: configuration.clientName,
            place: place
        )
        self.link = link
        self.events = events
        self.reader = try HiredisReader(
            limit: max(HiredisReader.defaultLimit, configuration.maximumPayloadBytes + 1024 * 1024)
        )
    }

    var isReady: Bool { self.phase == .ready }

    /// What the server told of itself when the connection signed in.
    var facts: RedisServerFacts { self.handshake.facts }

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
        self.link = nil
        self.context?.close(promise: nil)
    }

    /// Ends the connection, or the attempt, and tells why.
    func end(_ error: BusError) {
        self.lose(error)
        self.reportReadCompleted()
    }

    private func lose(_ error: BusError) {
        guard self.phase != .over else { return }
        let wasReady = self.phase == .ready
        self.phase = .over
        self.hasReported = true
        self.events.lost(self.part, connection: self.number, error: error)
        let link = self.link
        self.link = nil
        link?.ended(self.part, at: self.place, wasReady: wasReady)
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
        self.burst.read(buffer)
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
        let suspicion = self.suspectOutputLimit()
        let hint = self.handshake.toleratedError.map { " It had said \"\($0.prefix(200))\"." } ?? ""
        self.end(
            BusError(
                .linkFailed,
                self.phase == .ready
                    ? "Redis closed the connection.\(suspicion)"
                    : "Redis closed the connection before it was ready.\(hint)"
            )
        )
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        let suspicion = self.suspectOutputLimit()
        let error = self.link?.describe(error, at: self.place.endpoint)
        self.end(error.map { BusError($0.code, $0.message + suspicion, cause: $0.cause) } ?? .connectionOver)
        context.close(promise: nil)
    }

    /// Tells the link if the connection ends in a large unread burst, and says in words what that makes likely.
    private func suspectOutputLimit() -> String {
        guard self.phase == .ready, self.burst.isSuspicious else { return "" }
        self.link?.suspectsOutputLimit(self.burst.bytes)
        return
            " At least \(self.burst.bytes) bytes were waiting to be read: this node was too slow for the messages it gets, "
            + "and Redis' client-output-buffer-limit for pubsub clients was probably reached. Messages are lost."
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
        self.link?.becameReady(self.part)
        self.events.connected(self.part, connection: self.number)
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
        case .message(let channel, let payload): self.events.message(on: channel, payload: payload, from: self.part)
        case .published(let token, let receivers):
            self.events.published(token, receivers: receivers, on: self.part)
        case .publishRefused(let token, let error): self.events.publishRefused(token, error: error, on: self.part)
        case .subscribed(let token): self.events.subscribed(token)
        case .subscribeRefused(let tokens, let error):
            for token in tokens where self.phase != .over { self.events.refused(token, error: error) }
        case .probed(let token): self.events.probed(self.part, token: token)
        case .news(let news): self.link?.take(news, from: self.part)
        case .malformed: self.events.malformed()
        case .violation(let what): return self.violated(what)
        }
        return self.phase != .over
    }
}

extension BusError {
    /// A connection that had ended already.
    fileprivate static var connectionOver: BusError {
        BusError(.linkFailed, "The connection to Redis has ended.")
    }
}
