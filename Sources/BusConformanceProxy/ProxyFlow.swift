import DequeModule
import NIOCore

/// One direction of a proxied connection: what was read and has not been written yet.
///
/// Belongs to the event loop. Reading stops while too much waits, so that back-pressure passes through the proxy.
final class ProxyFlow {
    private enum Phase {
        case open
        /// The source sends nothing more; what waits is still written.
        case ended
        /// Nothing more is written.
        case closed
    }

    private struct Piece {
        var bytes: ByteBuffer
        var due: NIODeadline
    }

    /// How much may wait before reading stops.
    private static let limit = 256 * 1024
    /// How much a black hole swallows before its sender feels it.
    private static let heldLimit = 8 * 1024 * 1024

    private let direction: FaultProxyDirection
    private let eventLoop: any EventLoop
    private var source: (any Channel)?
    private var target: (any Channel)?
    private var shape = ProxyShape()
    private var phase = Phase.open
    private var pieces: Deque<Piece> = []
    private var waiting = 0
    private var endDue: NIODeadline = .now()
    private var isWriting = false
    private var isScheduled = false
    private var isPaused = false
    /// Called when nothing more is written.
    var onClosed: () -> Void = {}

    init(_ direction: FaultProxyDirection, eventLoop: any EventLoop) {
        self.direction = direction
        self.eventLoop = eventLoop
    }

    var isClosed: Bool { if case .closed = self.phase { true } else { false } }
    var hasEnded: Bool { if case .open = self.phase { false } else { true } }
    var isHeld: Bool { self.shape.held.contains(self.direction) }

    // MARK: Ends

    /// Begins to read.
    func connect(from source: any Channel) {
        self.source = source
        source.read()
    }

    /// Begins to write.
    func connect(to target: any Channel) {
        self.target = target
        self.pump()
    }

    /// Takes the present faults; what waited for an earlier one goes on at once.
    func take(_ shape: ProxyShape) {
        self.shape = shape
        let now = self.eventLoop.now
        for index in self.pieces.indices { self.pieces[index].due = min(self.pieces[index].due, now + shape.latency) }
        self.endDue = min(self.endDue, now + shape.latency)
        self.pump()
        self.resume()
    }

    // MARK: What the source did

    func received(_ bytes: ByteBuffer) {
        guard !self.hasEnded, bytes.readableBytes > 0 else { return }
        self.waiting += bytes.readableBytes
        self.pieces.append(Piece(bytes: bytes, due: self.eventLoop.now + self.shape.latency))
        self.pump()
    }

    func readCompleted() {
        self.isPaused = true
        self.resume()
    }

    /// The source has sent everything.
    func end() {
        guard case .open = self.phase else { return }
        self.phase = .ended
        self.endDue = self.eventLoop.now + self.shape.latency
        self.pump()
    }

    /// The target is gone: what waits is dropped.
    func close() {
        guard !self.isClosed else { return }
        self.phase = .closed
        self.pieces = []
        self.waiting = 0
        self.onClosed()
    }

    // MARK: Writing

    private func pump() {
        guard let target = self.target, !self.isWriting, !self.isHeld, !self.isClosed else { return }
        guard let first = self.pieces.first else { return self.pumpEnd(target) }
        guard first.due <= self.eventLoop.now else { return self.wake(at: first.due) }
        self.isWriting = true
        let bytes = self.takeBytes()
        target.writeAndFlush(bytes).assumeIsolated().whenComplete { result in
            self.isWriting = false
            if case .failure = result { return self.close() }
            self.resume()
            // The next piece is a write of its own turn, so that small pieces arrive as such.
            self.eventLoop.assumeIsolated().execute { self.pump() }
        }
    }

    private func pumpEnd(_ target: any Channel) {
        guard case .ended = self.phase else { return }
        guard self.endDue <= self.eventLoop.now else { return self.wake(at: self.endDue) }
        self.phase = .closed
        target.close(mode: .output).assumeIsolated().whenComplete { _ in self.onClosed() }
    }

    private func takeBytes() -> ByteBuffer {
        let size = self.shape.bytesPerWrite ?? Int.max
        guard var piece = self.pieces.popFirst() else { return ByteBuffer() }
        guard size < piece.bytes.readableBytes, let slice = piece.bytes.readSlice(length: size) else {
            self.waiting -= piece.bytes.readableBytes
            return piece.bytes
        }
        self.waiting -= size
        self.pieces.prepend(piece)
        return slice
    }

    private func wake(at due: NIODeadline) {
        guard !self.isScheduled else { return }
        self.isScheduled = true
        _ = self.eventLoop.assumeIsolated().scheduleTask(deadline: due) {
            self.isScheduled = false
            self.pump()
        }
    }

    // MARK: Reading

    private func resume() {
        guard self.isPaused, self.waiting < (self.isHeld ? Self.heldLimit : Self.limit) else { return }
        self.isPaused = false
        self.source?.read()
    }
}
