import BusCore
import Synchronization

/// Lets one task submit while fewer than a number of publishes have no outcome.
///
/// The task is woken when half of the window is free again, so that it is not woken for each publish.
final class PublishWindow: Sendable {
    private struct Waiting {
        /// How many outcomes the task waits for.
        var goal = 0
        var continuation: CheckedContinuation<Void, Never>?
        var firstError: BusError?
    }

    private let size: Int
    private let finished = Atomic<Int>(0)
    private let waiting = Mutex(Waiting())
    /// ``Waiting/goal`` for the outcomes, which look at it without the lock; `Int.max` if nobody waits.
    private let goal = Atomic<Int>(.max)

    init(size: Int) {
        self.size = size
    }

    /// The first failure.
    var firstError: BusError? { self.waiting.withLock { $0.firstError } }

    /// Waits until there is room.
    ///
    /// - Parameters:
    ///   - submitted: How many have been submitted.
    ///   - whenAllFinished: Whether to wait for all outcomes instead.
    func admit(_ submitted: Int, whenAllFinished: Bool = false) async {
        guard whenAllFinished || submitted - self.finished.load(ordering: .relaxed) >= self.size else { return }
        let goal = whenAllFinished ? submitted : submitted - self.size / 2
        await withCheckedContinuation { continuation in
            self.waiting.withLock {
                $0.goal = goal
                $0.continuation = continuation
            }
            self.goal.store(goal, ordering: .sequentiallyConsistent)
            // An outcome may have come between the look and the store.
            if self.finished.load(ordering: .sequentiallyConsistent) >= goal { self.wake() }
        }
    }

    /// Counts an outcome.
    func finished(_ result: Result<PublishReceipt, BusError>) {
        if case .failure(let error) = result {
            self.waiting.withLock { $0.firstError = $0.firstError ?? error }
        }
        let count = self.finished.add(1, ordering: .sequentiallyConsistent).newValue
        if count >= self.goal.load(ordering: .sequentiallyConsistent) { self.wake() }
    }

    private func wake() {
        let continuation = self.waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard self.finished.load(ordering: .sequentiallyConsistent) >= waiting.goal else { return nil }
            self.goal.store(.max, ordering: .sequentiallyConsistent)
            defer { waiting.continuation = nil }
            return waiting.continuation
        }
        continuation?.resume()
    }
}
