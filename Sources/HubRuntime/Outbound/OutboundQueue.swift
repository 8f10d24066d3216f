import DequeModule
import NIOCore

/// What a connection wants to write while its transport takes no more.
///
/// Bounded in bytes, counting what the transport still holds, and in messages.
struct OutboundQueue {
    enum Verdict: Equatable {
        case queued
        /// Queued, and older messages were dropped to make room.
        case dropped(messages: Int)
        /// There is no room.
        case overflow
    }

    private var frames = Deque<OutboundFrame>()
    private(set) var bytes = 0
    private(set) var messages = 0

    var isEmpty: Bool { self.frames.isEmpty }

    /// Adds a frame at the end.
    mutating func append(_ frame: OutboundFrame, transportBytes: Int, _ limits: OutboundLimits) -> Verdict {
        let size = frame.bytes.readableBytes
        func fits(_ queue: OutboundQueue) -> Bool {
            queue.bytes + transportBytes + size <= limits.maximumBytes
                && queue.messages + frame.messages <= limits.maximumMessages
        }
        var dropped = 0
        if !fits(self) {
            guard limits.policy == .dropOldest else { return .overflow }
            dropped = self.dropOldest { fits($0) }
            guard fits(self) else {
                // A newcomer that may be dropped is the next to go; what may not be dropped ends the connection.
                return frame.isControl ? .overflow : .dropped(messages: dropped + frame.messages)
            }
        }
        self.frames.append(frame)
        self.bytes += size
        self.messages += frame.messages
        return dropped == 0 ? .queued : .dropped(messages: dropped)
    }

    /// Takes the oldest frame out.
    mutating func popFirst() -> OutboundFrame? {
        guard let frame = self.frames.popFirst() else { return nil }
        self.bytes -= frame.bytes.readableBytes
        self.messages -= frame.messages
        // Idle connections keep no storage.
        if self.frames.isEmpty { self.frames = Deque() }
        return frame
    }

    /// Drops everything.
    mutating func removeAll() {
        self = OutboundQueue()
    }

    /// Drops old frames that may be dropped until there is room.
    private mutating func dropOldest(until fits: (OutboundQueue) -> Bool) -> Int {
        var kept = Deque<OutboundFrame>()
        var dropped = 0
        while !fits(self), let frame = self.frames.popFirst() {
            if frame.isControl {
                kept.append(frame)
            } else {
                self.bytes -= frame.bytes.readableBytes
                self.messages -= frame.messages
                dropped += frame.messages
            }
        }
        self.frames.prepend(contentsOf: kept)
        return dropped
    }
}
