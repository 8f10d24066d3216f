import Synchronization

/// A value that tasks can wait on: each change wakes those whose condition has become true.
final class Observed<Value: Sendable>: Sendable {
    private struct Waiter: Sendable {
        var condition: @Sendable (Value) -> Bool
        var continuation: CheckedContinuation<Bool, Never>
    }

    private struct State: Sendable {
        var value: Value
        var waiters: [Int: Waiter] = [:]
        var ended: Set<Int> = []
        var nextID = 0
    }

    private let state: Mutex<State>

    init(_ value: Value) {
        self.state = Mutex(State(value: value))
    }

    /// Reads the value under the lock.
    func read<Result: Sendable>(_ body: @Sendable (Value) -> Result) -> Result {
        self.state.withLock { body($0.value) }
    }

    /// Changes the value and wakes whoever waited for it.
    @discardableResult
    func update<Result: Sendable>(_ body: @Sendable (inout Value) -> Result) -> Result {
        let (result, woken) = self.state.withLock { state in
            let result = body(&state.value)
            return (result, Self.takeSatisfied(&state))
        }
        for continuation in woken { continuation.resume(returning: true) }
        return result
    }

    private static func takeSatisfied(_ state: inout State) -> [CheckedContinuation<Bool, Never>] {
        guard !state.waiters.isEmpty else { return [] }
        var woken: [CheckedContinuation<Bool, Never>] = []
        for (id, waiter) in state.waiters where waiter.condition(state.value) {
            state.waiters.removeValue(forKey: id)
            woken.append(waiter.continuation)
        }
        return woken
    }

    /// Waits until the condition holds.
    ///
    /// - Returns: False if the limit passed or the task was cancelled first.
    func wait(within limit: Duration, until condition: @escaping @Sendable (Value) -> Bool) async -> Bool {
        let id = self.state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let timer = Task {
            // The deadline of the wait.
            try await Task.sleep(for: limit)
            self.end(id)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.add(Waiter(condition: condition, continuation: continuation), id: id)
            }
        } onCancel: {
            self.end(id)
        }
    }

    private func add(_ waiter: Waiter, id: Int) {
        let now: Bool? = self.state.withLock { state in
            if waiter.condition(state.value) { return true }
            if state.ended.remove(id) != nil { return false }
            state.waiters[id] = waiter
            return nil
        }
        if let now { waiter.continuation.resume(returning: now) }
    }

    private func end(_ id: Int) {
        let waiter = self.state.withLock { state in
            let waiter = state.waiters.removeValue(forKey: id)
            if waiter == nil { state.ended.insert(id) }
            return waiter
        }
        waiter?.continuation.resume(returning: false)
    }
}
