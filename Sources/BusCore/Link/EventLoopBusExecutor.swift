public import NIOCore

/// Runs a bus on an event loop, which should serve no sockets but the bus's own.
public struct EventLoopBusExecutor: BusExecutor {
    private let eventLoop: any EventLoop

    /// Creates an executor.
    ///
    /// - Parameter eventLoop: The loop to run on.
    public init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// The time of the loop.
    public var now: NIODeadline { self.eventLoop.now }

    /// Whether the caller is on the loop.
    public var isCurrent: Bool { self.eventLoop.inEventLoop }

    /// Runs work on the loop.
    ///
    /// - Parameter work: What to run.
    public func execute(_ work: @escaping @Sendable () -> Void) {
        self.eventLoop.execute(work)
    }

    /// Runs work on the loop later.
    ///
    /// - Parameters:
    ///   - deadline: When.
    ///   - work: What to run.
    public func schedule(at deadline: NIODeadline, _ work: @escaping @Sendable () -> Void) {
        _ = self.eventLoop.scheduleTask(deadline: deadline) { work() }
    }
}
