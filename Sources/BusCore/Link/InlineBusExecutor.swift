public import NIOCore

/// Runs a bus on whatever thread calls it, one call at a time: the first caller works, others leave their work to it.
///
/// Timers run on Swift's global executor.
public struct InlineBusExecutor: BusExecutor {
    /// Creates an executor.
    public init() {}

    /// The time of the process.
    public var now: NIODeadline { .now() }

    /// No thread belongs to it.
    public var isCurrent: Bool { false }

    /// Runs work on the caller's thread, before returning.
    ///
    /// - Parameter work: What to run.
    public func execute(_ work: @escaping @Sendable () -> Void) {
        work()
    }

    /// Runs work later, in a task of its own.
    ///
    /// - Parameters:
    ///   - deadline: When.
    ///   - work: What to run.
    public func schedule(at deadline: NIODeadline, _ work: @escaping @Sendable () -> Void) {
        let delay = deadline - .now()
        Task {
            try? await Task.sleep(for: .nanoseconds(max(0, delay.nanoseconds)))
            work()
        }
    }
}
