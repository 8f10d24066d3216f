import BusCore
import NIOCore

/// What one subscription saw, channel by channel.
///
/// `@unchecked Sendable`: everything runs on the thread of one test.
final class Journal: BusReceiver, @unchecked Sendable {
    enum Line: Equatable {
        case message(ByteBuffer)
        case gap
        case ended(BusError.Code)
    }

    private(set) var lines: [BusChannel: [Line]] = [:]
    private(set) var completedReads = 0
    private(set) var isRecursive = false
    private var isInside = false
    /// Called inside `received`.
    var onEvent: (@Sendable (BusEvent) -> Void)?

    func received(_ event: BusEvent) {
        if self.isInside { self.isRecursive = true }
        self.isInside = true
        switch event {
        case .message(let message): self.lines[message.channel, default: []].append(.message(message.payload))
        case .gap(let gap): self.lines[gap.channel, default: []].append(.gap)
        case .ended(let channel, let error): self.lines[channel, default: []].append(.ended(error.code))
        }
        self.onEvent?(event)
        self.isInside = false
    }

    func readCompleted() { self.completedReads += 1 }

    var count: Int { self.lines.values.reduce(0) { $0 + $1.count } }
}
