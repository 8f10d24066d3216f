public import NIOCore

/// Where a ``LinkedBus`` runs, and its clock.
///
/// The bus never has more than one piece of work outstanding or running, so an executor need not keep an order.
public protocol BusExecutor: Sendable {
    /// The time.
    var now: NIODeadline { get }

    /// Whether the caller is in the context in which ``execute(_:)`` runs its work.
    var isCurrent: Bool { get }

    /// Runs work, now or soon.
    ///
    /// - Parameter work: What to run.
    func execute(_ work: @escaping @Sendable () -> Void)

    /// Runs work later.
    ///
    /// - Parameters:
    ///   - deadline: When.
    ///   - work: What to run.
    func schedule(at deadline: NIODeadline, _ work: @escaping @Sendable () -> Void)
}
