import BusCore
import NIOCore
import NIOPosix
import Synchronization

/// The event loop of a bus, on which it and its two connections run.
///
/// If the loop is the bus's own, it ends with the link. What the bus is asked afterwards is answered on the caller's thread,
/// which is legal, since there is no link any more and the bus never has more than one piece of work outstanding.
final class RedisLoop: BusExecutor {
    let eventLoop: any EventLoop
    private let group: MultiThreadedEventLoopGroup?
    private let isRetired = Mutex(false)

    /// Uses this loop, or makes one.
    init(_ eventLoop: (any EventLoop)?) {
        if let eventLoop {
            self.eventLoop = eventLoop
            self.group = nil
        } else {
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            self.eventLoop = group.next()
            self.group = group
        }
    }

    var now: NIODeadline { .now() }

    var isCurrent: Bool { self.eventLoop.inEventLoop }

    func execute(_ work: @escaping @Sendable () -> Void) {
        let isPosted = self.isRetired.withLock { isRetired in
            if !isRetired { self.eventLoop.execute(work) }
            return !isRetired
        }
        if !isPosted { work() }
    }

    /// Runs work on the loop, or drops it if the loop is about to end.
    func executeUnlessRetired(_ work: @escaping @Sendable () -> Void) {
        self.isRetired.withLock { isRetired in
            if !isRetired { self.eventLoop.execute(work) }
        }
    }

    func schedule(at deadline: NIODeadline, _ work: @escaping @Sendable () -> Void) {
        self.isRetired.withLock { isRetired in
            guard !isRetired else { return }
            _ = self.eventLoop.scheduleTask(deadline: deadline) { work() }
        }
    }

    /// Ends the loop after the work it has, if it is the bus's own.
    ///
    /// May be called on the loop.
    func retire() {
        guard let group = self.group else { return }
        let isFirst = self.isRetired.withLock { isRetired in
            defer { isRetired = true }
            return !isRetired
        }
        guard isFirst else { return }
        self.eventLoop.execute { group.shutdownGracefully { _ in } }
    }

    /// Ends the loop and waits until its thread is gone.
    ///
    /// Not to be waited for on the loop itself.
    func shutDown() async {
        guard let group = self.group else { return }
        self.retire()
        // The loop may be ending already, on behalf of the link: then this waits for the same end.
        try? await group.shutdownGracefully()
    }
}
