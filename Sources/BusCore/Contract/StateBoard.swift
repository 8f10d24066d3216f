import Synchronization

/// The present state of a bus and everybody who watches it.
package final class StateBoard: Sendable {
    private struct Board {
        var state: BusState
        var watchers: [Int: AsyncStream<BusState>.Continuation] = [:]
        var nextID = 0
    }

    private let board: Mutex<Board>

    package init(_ state: BusState) {
        self.board = Mutex(Board(state: state))
    }

    package var state: BusState { self.board.withLock { $0.state } }

    /// Publishes a state if it is a new one.
    ///
    /// Nothing follows `.closed`.
    package func update(_ state: BusState) {
        let watchers: [AsyncStream<BusState>.Continuation] = self.board.withLock { board in
            guard board.state != state, board.state != .closed else { return [] }
            board.state = state
            return Array(board.watchers.values)
        }
        for watcher in watchers {
            watcher.yield(state)
            if state == .closed { watcher.finish() }
        }
    }

    package func watch() -> AsyncStream<BusState> {
        let (stream, continuation) = AsyncStream.makeStream(of: BusState.self, bufferingPolicy: .bufferingNewest(64))
        let id: Int? = self.board.withLock { board in
            continuation.yield(board.state)
            guard board.state != .closed else { return nil }
            board.nextID += 1
            board.watchers[board.nextID] = continuation
            return board.nextID
        }
        guard let id else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.board.withLock { _ = $0.watchers.removeValue(forKey: id) }
        }
        return stream
    }
}
