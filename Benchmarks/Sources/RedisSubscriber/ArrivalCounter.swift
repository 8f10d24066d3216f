import BusCore
import Measuring
import NIOCore

/// When the last message arrived, and the CPU time since the first.
struct Arrival: Sendable {
    var time: Double
    var cpu: Double
}

/// Counts messages up to a number; anything else that arrives is a failure.
///
/// `@unchecked Sendable`: the bus calls its receivers one call at a time.
final class ArrivalCounter: BusReceiver, @unchecked Sendable {
    private let messages: Int
    private let payload: Int
    private let finished: AsyncStream<Result<Arrival, BusError>>.Continuation
    private var received = 0
    private var cpu = 0.0

    init(messages: Int, payload: Int, finished: AsyncStream<Result<Arrival, BusError>>.Continuation) {
        self.messages = messages
        self.payload = payload
        self.finished = finished
    }

    func received(_ event: BusEvent) {
        switch event {
        case .message(let message) where message.payload.readableBytes == self.payload: self.count()
        case .message(let message): self.fail("A message of \(message.payload.readableBytes) bytes arrived.")
        case .gap(let gap): self.fail("\(gap)")
        case .ended(_, let error): self.fail("\(error)")
        }
    }

    func readCompleted() {}

    private func count() {
        if self.received == 0 { self.cpu = ProcessClock.cpu }
        self.received += 1
        guard self.received == self.messages else { return }
        self.finished.yield(.success(Arrival(time: ProcessClock.now, cpu: ProcessClock.cpu - self.cpu)))
        self.finished.finish()
    }

    private func fail(_ message: String) {
        self.finished.yield(.failure(BusError(.indeterminate, "After \(self.received) messages: \(message)")))
        self.finished.finish()
    }
}
