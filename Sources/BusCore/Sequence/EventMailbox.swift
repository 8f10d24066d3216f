import DequeModule
import Synchronization

/// The receiver behind a ``BusEventSequence``: collects events on the link's thread, and hands them over in batches.
final class EventMailbox: BusReceiver {
    private struct State {
        var queue: EventQueue
        var openChannels: Int
        var waiter: CheckedContinuation<Void, Never>?
        var isFinished = false
    }

    private let state: Mutex<State>
    private let onOverflowEnd: Mutex<(@Sendable () -> Void)?> = Mutex(nil)

    init(_ buffer: BusBuffer, channels: Int) {
        self.state = Mutex(State(queue: EventQueue(buffer), openChannels: channels))
    }

    /// Sets what ends the subscription when the policy demands it.
    func onOverflow(_ action: @escaping @Sendable () -> Void) {
        self.onOverflowEnd.withLock { $0 = action }
    }

    func received(_ event: BusEvent) {
        let overflowed = self.state.withLock { state in
            let overflowed = state.queue.append(event)
            if case .ended = event {
                state.openChannels -= 1
                if state.openChannels == 0 { state.queue.end() }
            }
            return overflowed
        }
        if overflowed { self.onOverflowEnd.withLock { $0 }?() }
    }

    func readCompleted() {
        let waiter: CheckedContinuation<Void, Never>? = self.state.withLock { state in
            guard !state.queue.isEmpty || state.queue.isEnded else { return nil }
            return state.waiter.take()
        }
        waiter?.resume()
    }

    /// Ends the sequence at once: what waits is dropped.
    func finish() {
        let waiter: CheckedContinuation<Void, Never>? = self.state.withLock { state in
            state.isFinished = true
            return state.waiter.take()
        }
        waiter?.resume()
    }

    var isFinished: Bool { self.state.withLock { $0.isFinished } }

    /// Takes all events that wait, or waits for some.
    ///
    /// - Returns: Whether there may be more later.
    func take(into events: inout Deque<BusEvent>) async -> Bool {
        while true {
            switch self.poll(into: &events) {
            case .some(let goesOn): return goesOn
            case .none: await self.wait()
            }
        }
    }

    private func poll(into events: inout Deque<BusEvent>) -> Bool? {
        self.state.withLock { state in
            if state.isFinished || Task.isCancelled { return false }
            if !state.queue.isEmpty {
                state.queue.drain(into: &events)
                return true
            }
            return state.queue.isEnded ? false : nil
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let resumesNow = self.state.withLock { state in
                    if state.isFinished || Task.isCancelled || !state.queue.isEmpty || state.queue.isEnded {
                        return true
                    }
                    precondition(state.waiter == nil, "A BusEventSequence has one consumer at a time.")
                    state.waiter = continuation
                    return false
                }
                if resumesNow { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.waiter.take() }?.resume()
        }
    }
}
