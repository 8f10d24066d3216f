/// Who has said Close, and what follows from it (RFC 6455 sections 5.5.1, 7.1 and 7.2).
///
/// A value that returns actions: the handler does what it says and decides nothing about closing itself.
struct WebSocketCloseHandshake: Sendable {
    /// What the handler does next.
    enum Action: Equatable, Sendable {
        /// Nothing changes.
        case none
        /// Write this frame, then wait for the client's Close until the time limit.
        case sendAndAwaitPeer(WebSocketCloseFrame)
        /// Write this frame, end our direction, and drop what still arrives: the input can't be understood any more.
        case sendAndDiscardInput(WebSocketCloseFrame)
        /// Write this frame, and close the socket when it has been flushed. The server closes first (section 7.1.1).
        case sendAndClose(WebSocketCloseFrame)
        /// Close the socket now.
        case close
    }

    private enum State {
        case open
        case awaitingPeer
        case discarding
        case closed
    }

    private var state = State.open

    /// Whether messages may still be written.
    var isOpen: Bool {
        state == .open
    }

    /// Whether frames are still read: also after our own Close, to find the client's.
    var readsFrames: Bool {
        state == .open || state == .awaitingPeer
    }

    /// Whether the socket is closed, or about to be once it has been flushed.
    var isClosed: Bool {
        state == .closed
    }

    /// This side ends the connection.
    ///
    /// - Parameter frame: What the client is told.
    /// - Returns: What to do.
    mutating func closeRequested(_ frame: WebSocketCloseFrame) -> Action {
        guard state == .open else { return .none }
        state = .awaitingPeer
        return .sendAndAwaitPeer(frame)
    }

    /// The client sent Close.
    ///
    /// - Parameter frame: What it said; its code is echoed (section 5.5.1).
    /// - Returns: What to do.
    mutating func receivedClose(_ frame: WebSocketCloseFrame) -> Action {
        switch state {
        case .open:
            state = .closed
            return .sendAndClose(WebSocketCloseFrame(code: frame.code))
        case .awaitingPeer:
            state = .closed
            return .close
        case .discarding, .closed:
            return .none
        }
    }

    /// The client broke the protocol.
    ///
    /// - Parameter violation: The rule it broke; its code goes into our Close.
    /// - Returns: What to do.
    mutating func violated(_ violation: WebSocketViolation) -> Action {
        switch state {
        case .open:
            state = .discarding
            return .sendAndDiscardInput(WebSocketCloseFrame(code: violation.code, reason: violation.message))
        case .awaitingPeer:
            state = .closed
            return .close
        case .discarding, .closed:
            return .none
        }
    }

    /// The client did not answer our Close in time.
    ///
    /// - Returns: What to do.
    mutating func timedOut() -> Action {
        guard state != .open else { return .none }
        state = .closed
        return .close
    }

    /// The socket is gone.
    mutating func socketClosed() {
        state = .closed
    }
}
