/// Thrown when something did not happen in time.
struct DeadlinePassed: Error, CustomStringConvertible {
    var what: String
    var limit: Duration

    var description: String { "\(self.what) did not happen within \(self.limit)" }
}

/// Runs an operation, and stops waiting for it when the limit has passed.
///
/// The operation runs in a task of its own that is then cancelled and left behind: a bus under test may hang in a call that
/// does not listen to cancellation, and a check must be able to say so.
func within<Value: Sendable>(
    _ limit: Duration,
    _ what: String,
    _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    let outcome = Observed<Result<Value, any Error>?>(nil)
    let task = Task {
        do {
            let value = try await operation()
            outcome.update { $0 = .success(value) }
        } catch {
            outcome.update { $0 = .failure(error) }
        }
    }
    let finished = await outcome.wait(within: limit) { $0 != nil }
    if finished, let result = outcome.read({ $0 }) { return try result.get() }
    task.cancel()
    try Task.checkCancellation()
    throw DeadlinePassed(what: what, limit: limit)
}
