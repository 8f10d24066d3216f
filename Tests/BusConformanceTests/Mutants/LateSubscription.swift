import BusCore
import Synchronization

/// A subscription that is registered with the backend later than it was made.
final class LateSubscription: BusSubscription {
    private struct State {
        var base: (any BusSubscription)?
        var isCancelled = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    let channels: [BusChannel]
    private let state = Mutex(State())

    init(channels: [BusChannel]) {
        self.channels = channels
    }

    /// The registration has been made.
    func open(_ base: (any BusSubscription)?) {
        let (waiters, isCancelled) = self.state.withLock { state in
            state.base = base
            defer { state.waiters = [] }
            return (state.waiters, state.isCancelled)
        }
        if isCancelled { base?.cancel() }
        for waiter in waiters { waiter.resume() }
    }

    private var base: (any BusSubscription)? { self.state.withLock { $0.base } }

    var isActive: Bool { self.base?.isActive ?? false }

    func active(within limit: Duration) async throws {
        await withCheckedContinuation { continuation in
            let isOpen = self.state.withLock { state in
                if state.base == nil, !state.isCancelled { state.waiters.append(continuation) }
                return state.base != nil || state.isCancelled
            }
            if isOpen { continuation.resume() }
        }
        try await self.base?.active(within: limit)
    }

    func cancel() {
        self.state.withLock { $0.isCancelled = true }
        self.base?.cancel()
    }

    func cancelled() async { await self.base?.cancelled() }
}
