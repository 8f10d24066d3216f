import BusCore
import Synchronization

/// Waits for the outcomes of several publishes.
final class OutcomeCollector: Sendable {
    private struct State {
        var outcomes: [PublishOutcome?]
        var pending: Int
    }

    private let state: Mutex<State>
    private let continuation: CheckedContinuation<[PublishOutcome], Never>

    init(count: Int, _ continuation: CheckedContinuation<[PublishOutcome], Never>) {
        self.state = Mutex(State(outcomes: Array(repeating: nil, count: count), pending: count))
        self.continuation = continuation
    }

    func settle(_ index: Int, _ outcome: PublishOutcome) {
        let complete: [PublishOutcome]? = self.state.withLock { state in
            guard state.outcomes[index] == nil else { return nil }
            state.outcomes[index] = outcome
            state.pending -= 1
            return state.pending == 0 ? state.outcomes.compactMap { $0 } : nil
        }
        if let complete { self.continuation.resume(returning: complete) }
    }
}
