import Synchronization

/// Counts what happens, from any thread.
package final class HubCounters: Sendable {
    private let counts = Mutex(HubStatistics())

    package init() {}

    package var value: HubStatistics { self.counts.withLock { $0 } }

    package func malformed() { self.counts.withLock { $0.malformed += 1 } }
    package func missingProtocol() { self.counts.withLock { $0.missingProtocol += 1 } }
    package func gap() { self.counts.withLock { $0.gaps += 1 } }
    package func dropped(_ messages: Int) { self.counts.withLock { $0.dropped += messages } }
    package func overflowed() { self.counts.withLock { $0.overflowed += 1 } }
    package func published(_ count: Int) { self.counts.withLock { $0.published += count } }
    package func localOnly() { self.counts.withLock { $0.localOnly += 1 } }
    package func invocationEnded() { self.counts.withLock { $0.invocations += 1 } }
}
