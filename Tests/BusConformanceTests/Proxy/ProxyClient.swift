import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A client of a proxy that keeps what it gets.
final class ProxyClient: Sendable {
    struct Seen: Sendable {
        var text = ""
        var reads = 0
        /// The server has sent everything.
        var hasEnded = false
        /// The connection is closed in both directions.
        var isClosed = false
        var wasReset = false
    }

    private struct State {
        var seen = Seen()
        var waiters: [(until: @Sendable (Seen) -> Bool, continuation: CheckedContinuation<Seen, Never>)] = []
    }

    private final class Board: Sendable {
        let state = Mutex(State())

        func change(_ body: (inout Seen) -> Void) {
            let woken = self.state.withLock { state in
                body(&state.seen)
                let seen = state.seen
                let woken = state.waiters.filter { $0.until(seen) }
                state.waiters.removeAll { $0.until(seen) }
                return woken.map { ($0.continuation, seen) }
            }
            for (continuation, seen) in woken { continuation.resume(returning: seen) }
        }
    }

    private let channel: any Channel
    private let board: Board

    private init(channel: any Channel, board: Board) {
        self.channel = channel
        self.board = board
    }

    deinit {
        self.channel.close(promise: nil)
    }

    static func connected(to port: Int) async throws -> ProxyClient {
        let board = Board()
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(board))
                }
            }
            .connect(host: "127.0.0.1", port: port)
            .get()
        return ProxyClient(channel: channel, board: board)
    }

    var seen: Seen { self.board.state.withLock { $0.seen } }

    func send(_ text: String) {
        self.channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
    }

    /// Ends what this client sends.
    func end() {
        self.channel.close(mode: .output, promise: nil)
    }

    func close() async throws {
        try await self.channel.close().get()
    }

    /// Waits until what has come satisfies a condition; the time limit of the suite ends it.
    @discardableResult
    func wait(until condition: @escaping @Sendable (Seen) -> Bool) async -> Seen {
        await withCheckedContinuation { continuation in
            self.board.state.withLock { state in
                if condition(state.seen) { return continuation.resume(returning: state.seen) }
                state.waiters.append((condition, continuation))
            }
        }
    }

    /// Sends a text and waits until it has come back.
    func roundTrip(_ text: String) async {
        self.send(text)
        await self.wait { $0.text.hasSuffix(text) }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let board: Board

        init(_ board: Board) {
            self.board = board
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let text = String(buffer: self.unwrapInboundIn(data))
            self.board.change { seen in
                seen.text += text
                seen.reads += 1
            }
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if let event = event as? ChannelEvent, event == .inputClosed { self.board.change { $0.hasEnded = true } }
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.board.change { ($0.hasEnded, $0.isClosed) = (true, true) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            let isReset = (error as? IOError)?.errnoCode == ECONNRESET
            self.board.change { if isReset { $0.wasReset = true } }
            context.close(promise: nil)
        }
    }
}
