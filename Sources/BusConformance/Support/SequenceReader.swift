import BusCore
import NIOCore

/// Consumes a ``BusEventSequence`` in a task of its own and records what comes.
final class SequenceReader: Sendable {
    struct Notes: Sendable {
        var recording = Recording()
        /// The largest storage behind a payload.
        var largestStorage = 0
        /// The payloads, so that they stay as alive as an application would keep them.
        var kept: [ByteBuffer] = []
        var isFinished = false
    }

    private let notes = Observed(Notes())
    private let task: Task<Void, Never>

    /// - Parameters:
    ///   - sequence: What to read.
    ///   - count: Stop after so many events.
    init(_ sequence: BusEventSequence, stopAfter count: Int = .max) {
        let notes = self.notes
        self.task = Task {
            var left = count
            for await event in sequence {
                notes.update { notes in
                    notes.recording.record(event)
                    guard case .message(let message) = event else { return }
                    notes.largestStorage = max(notes.largestStorage, message.payload.storageCapacity)
                    notes.kept.append(message.payload)
                }
                left -= 1
                if left == 0 { break }
            }
            notes.update { $0.isFinished = true }
        }
    }

    var seen: Notes { self.notes.read { $0 } }

    func wait(_ limit: Duration, _ what: String, until condition: @escaping @Sendable (Notes) -> Bool) async throws {
        if await self.notes.wait(within: limit, until: condition) { return }
        try Task.checkCancellation()
        throw DeadlinePassed(what: "reader: \(what)", limit: limit)
    }

    func stop() async {
        self.task.cancel()
        await self.task.value
    }
}
