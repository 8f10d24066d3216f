import Synchronization

/// What happened in a soak, with the time since its beginning.
final class ChaosLog: Sendable {
    private let start = ContinuousClock.now
    private let state = Mutex<[String]>([])
    private let onLine: @Sendable (String) -> Void

    init(onLine: @escaping @Sendable (String) -> Void) {
        self.onLine = onLine
    }

    var lines: [String] { self.state.withLock { $0 } }

    func note(_ text: String) {
        let milliseconds = Int((ContinuousClock.now - self.start) / .milliseconds(1))
        let line = "+\(milliseconds) ms: \(text)"
        self.state.withLock { $0.append(line) }
        self.onLine(line)
    }
}
