import BusCore

/// A receiver that records what it sees and lets a check wait for it.
final class Recorder: BusReceiver {
    let name: String
    private let recording = Observed(Recording())
    private let onEvent: (@Sendable (BusEvent) -> Void)?

    /// - Parameters:
    ///   - name: How the ledger names the subscriber.
    ///   - onEvent: Called inside the receiver's call, after the event was recorded.
    init(_ name: String, onEvent: (@Sendable (BusEvent) -> Void)? = nil) {
        self.name = name
        self.onEvent = onEvent
    }

    func received(_ event: BusEvent) {
        self.recording.update { $0.record(event) }
        self.onEvent?(event)
    }

    func readCompleted() {}

    var seen: Recording { self.recording.read { $0 } }

    /// Waits until what was recorded satisfies a condition.
    ///
    /// - Throws: ``DeadlinePassed``.
    func wait(
        _ limit: Duration,
        _ what: String,
        until condition: @escaping @Sendable (Recording) -> Bool
    ) async throws {
        if await self.recording.wait(within: limit, until: condition) { return }
        try Task.checkCancellation()
        throw DeadlinePassed(what: "\(self.name): \(what)", limit: limit)
    }

    /// Waits until a message has arrived.
    ///
    /// - Throws: ``DeadlinePassed``.
    func wait(_ limit: Duration, for sent: Sent) async throws {
        try await self.wait(limit, "the delivery of message \(sent.stamp.sequence) of \(sent.channel)") { $0.has(sent) }
    }
}
