import Logging
import Synchronization

/// Keeps what is logged.
final class LogRecorder: Sendable {
    struct Entry: Sendable {
        let level: Logger.Level
        let text: String
    }

    private let entries = Mutex<[Entry]>([])

    /// A logger that writes here.
    var logger: Logger {
        Logger(label: "test") { _ in Handler(recorder: self) }
    }

    /// What has been logged at a level.
    func texts(_ level: Logger.Level) -> [String] {
        self.entries.withLock { $0.filter { $0.level == level }.map(\.text) }
    }

    /// Everything that has been logged.
    var all: [String] {
        self.entries.withLock { $0.map(\.text) }
    }

    private func append(_ entry: Entry) {
        self.entries.withLock { $0.append(entry) }
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        init(recorder: LogRecorder) {
            self.recorder = recorder
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let entry = Entry(level: event.level, text: "\(event.message) \(event.metadata ?? [:])")
            self.recorder.append(entry)
        }
    }
}
