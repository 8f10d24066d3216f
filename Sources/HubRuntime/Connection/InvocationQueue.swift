import DequeModule

/// The invocations of one connection: those that run, and those that wait behind the parallel limit.
///
/// Bounded in count and in bytes. The invocation that fills it is still taken; reading stops until there is room.
struct InvocationQueue<Invocation> {
    private struct Waiting {
        let invocation: Invocation
        let size: Int
    }

    /// How many invocations one task runs at most.
    static var maximumBatch: Int { 16 }

    /// Those that run, or stand in line in a task that has begun.
    private(set) var running = 0
    private var waiting = Deque<Waiting>()
    private var waitingBytes = 0

    /// Whether nothing runs and nothing waits.
    var isIdle: Bool { self.running == 0 && self.waiting.isEmpty }

    /// Whether reading should stop.
    func isFull(_ limits: InvocationLimits) -> Bool {
        self.waiting.count >= limits.maximumWaiting || self.waitingBytes >= limits.maximumWaitingBytes
    }

    /// Adds an invocation at the end.
    mutating func add(_ invocation: Invocation, size: Int) {
        self.waiting.append(Waiting(invocation: invocation, size: size))
        self.waitingBytes += size
    }

    /// Takes the next invocations to run, one after the other, if any may run now.
    ///
    /// Behind a limit of one, several that wait are taken together: one task runs them, without a way to the loop and back
    /// between two of them, and what they broadcast meanwhile can be written as one.
    mutating func next(_ limits: InvocationLimits) -> [Invocation]? {
        guard self.running < limits.maximumParallel, !self.waiting.isEmpty else { return nil }
        let count = limits.maximumParallel == 1 ? min(self.waiting.count, Self.maximumBatch) : 1
        var batch: [Invocation] = []
        batch.reserveCapacity(count)
        while batch.count < count, let next = self.waiting.popFirst() {
            self.waitingBytes -= next.size
            batch.append(next.invocation)
        }
        self.running += batch.count
        return batch
    }

    /// Counts a running invocation as ended.
    mutating func finished() {
        precondition(self.running > 0, "an invocation ended that had not begun")
        self.running -= 1
    }

    /// Drops what waits.
    mutating func discardWaiting() {
        self.waiting = Deque()
        self.waitingBytes = 0
    }
}
