import DequeModule

/// The invocations of one connection: those that run, and those that wait behind the parallel limit.
///
/// Bounded in count and in bytes. The invocation that fills it is still taken; reading stops until there is room.
struct InvocationQueue<Invocation> {
    private struct Waiting {
        let invocation: Invocation
        let size: Int
    }

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

    /// Takes the next invocation to run, if one may run now.
    mutating func next(_ limits: InvocationLimits) -> Invocation? {
        guard self.running < limits.maximumParallel, let next = self.waiting.popFirst() else { return nil }
        self.waitingBytes -= next.size
        self.running += 1
        return next.invocation
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
