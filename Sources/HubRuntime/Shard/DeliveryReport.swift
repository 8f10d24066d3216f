import Synchronization

/// Counts, over several loops, how many connections a message was written to.
package final class DeliveryReport: Sendable {
    private struct State {
        var pending: Int
        var recipients = 0
        var waiter: CheckedContinuation<Int, Never>?
    }

    private let state: Mutex<State>

    /// - Parameter loops: How many loops will report.
    package init(loops: Int) {
        self.state = Mutex(State(pending: loops))
    }

    /// Takes the count of one loop.
    package func delivered(_ recipients: Int) {
        let (waiter, total) = self.state.withLock { state in
            state.pending -= 1
            state.recipients += recipients
            guard state.pending == 0 else { return (nil as CheckedContinuation<Int, Never>?, 0) }
            defer { state.waiter = nil }
            return (state.waiter, state.recipients)
        }
        waiter?.resume(returning: total)
    }

    /// Waits until every loop has reported.
    package func recipients() async -> Int {
        await withCheckedContinuation { continuation in
            let total: Int? = self.state.withLock { state in
                if state.pending == 0 { return state.recipients }
                state.waiter = continuation
                return nil
            }
            if let total { continuation.resume(returning: total) }
        }
    }
}
