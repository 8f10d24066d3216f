import Synchronization

/// A value under a lock that closures can share.
final class Guarded<Value: Sendable>: Sendable {
    private let value: Mutex<Value>

    init(_ value: Value) {
        self.value = Mutex(value)
    }

    func callAsFunction<Result: Sendable>(_ body: @Sendable (inout Value) -> Result) -> Result {
        self.value.withLock { body(&$0) }
    }
}
