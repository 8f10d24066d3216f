import Synchronization

/// The events of a client, in order, for a test that waits for them.
package final class ClientInbox: Sendable {
    private struct State {
        var events: [ClientEvent] = []
        var waiters:
            [(matches: @Sendable (ClientEvent) -> Bool, continuation: CheckedContinuation<ClientEvent, Never>)] = []
        var history: [ClientEvent] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Everything so far.
    package var history: [ClientEvent] { self.state.withLock { $0.history } }

    func post(_ event: ClientEvent) {
        let waiter = self.state.withLock { state in
            state.history.append(event)
            if let index = state.waiters.firstIndex(where: { $0.matches(event) }) {
                return state.waiters.remove(at: index).continuation as CheckedContinuation<ClientEvent, Never>?
            }
            state.events.append(event)
            return nil
        }
        waiter?.resume(returning: event)
    }

    /// Waits for the first event that matches and that nobody has taken yet.
    package func next(where matches: @escaping @Sendable (ClientEvent) -> Bool) async -> ClientEvent {
        await withCheckedContinuation { continuation in
            let event: ClientEvent? = self.state.withLock { state in
                if let index = state.events.firstIndex(where: matches) { return state.events.remove(at: index) }
                state.waiters.append((matches, continuation))
                return nil
            }
            if let event { continuation.resume(returning: event) }
        }
    }
}
