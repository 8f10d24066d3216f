import DequeModule
import NIOCore

/// Events that wait for their consumer, within the bound of a ``BusBuffer``: gaps stand where messages were dropped.
///
/// A value without side effects. Gaps of one channel that would stand side by side and whose counts are known are one.
struct EventQueue {
    private struct Item {
        var event: BusEvent
        var bytes: Int
    }

    private let buffer: BusBuffer
    private var items: Deque<Item> = []
    private(set) var messages = 0
    private(set) var bytes = 0
    /// No more events come: the last one has been appended.
    private(set) var isEnded = false

    init(_ buffer: BusBuffer) {
        self.buffer = buffer
    }

    var isEmpty: Bool { self.items.isEmpty }

    /// Appends an event.
    ///
    /// - Returns: Whether the bound was hit and the policy ends the subscription.
    mutating func append(_ event: BusEvent) -> Bool {
        guard !self.isEnded else { return false }
        switch event {
        case .message(let message): return self.append(message)
        case .gap(let gap): self.appendGap(gap)
        case .ended: self.items.append(Item(event: event, bytes: 0))
        }
        return false
    }

    /// Nothing more is appended.
    mutating func end() {
        self.isEnded = true
    }

    /// Takes everything that waits, first in first out, onto the end of `events`.
    mutating func drain(into events: inout Deque<BusEvent>) {
        for item in self.items { events.append(item.event) }
        self.items.removeAll(keepingCapacity: true)
        self.messages = 0
        self.bytes = 0
    }

    private mutating func append(_ message: BusMessage) -> Bool {
        let size = message.payload.readableBytes
        if self.isFull(size) {
            switch self.buffer.overflow {
            case .dropNewest:
                self.appendGap(BusGap(channel: message.channel, reason: .overflow, count: 1))
                return false
            case .end:
                let error = BusError(
                    .overloaded,
                    "The consumer is too slow: \(self.messages) messages (\(self.bytes) bytes) wait. The subscription ends."
                )
                self.items.append(Item(event: .ended(message.channel, error), bytes: 0))
                self.isEnded = true
                return true
            case .dropOldest:
                while self.messages > 0, self.isFull(size) { self.dropOldest() }
            }
        }
        // A kept slice would pin the whole read it came in.
        var kept = message
        kept.payload = message.payload.compactCopy()
        self.items.append(Item(event: .message(kept), bytes: size))
        self.messages += 1
        self.bytes += size
        return false
    }

    private func isFull(_ size: Int) -> Bool {
        self.messages >= self.buffer.maximumCount
            || (self.messages > 0 && self.bytes + size > self.buffer.maximumBytes)
    }

    private mutating func appendGap(_ gap: BusGap) {
        if let last = self.items.last, case .gap(let previous) = last.event, let merged = previous.merged(with: gap) {
            self.items[self.items.count - 1].event = .gap(merged)
        } else {
            self.items.append(Item(event: .gap(gap), bytes: 0))
        }
    }

    /// Replaces the oldest message by a gap in its place.
    private mutating func dropOldest() {
        guard let index = self.items.firstIndex(where: { $0.event.isMessage }) else { return }
        let item = self.items[index]
        self.messages -= 1
        self.bytes -= item.bytes
        let gap = BusGap(channel: item.event.channel, reason: .overflow, count: 1)
        let merged = self.mergeIntoNeighbour(gap, before: index)
        if merged { self.items.remove(at: index) } else { self.items[index] = Item(event: .gap(gap), bytes: 0) }
    }

    /// Adds to the latest gap of the same channel that only gaps of other channels separate from `index`.
    private mutating func mergeIntoNeighbour(_ gap: BusGap, before index: Int) -> Bool {
        for earlier in (0..<index).reversed() {
            guard case .gap(let previous) = self.items[earlier].event else { return false }
            guard previous.channel == gap.channel else { continue }
            guard let merged = previous.merged(with: gap) else { return false }
            self.items[earlier].event = .gap(merged)
            return true
        }
        return false
    }
}

extension BusGap {
    /// The gap that stands for two adjacent ones, if there is one: same channel, same reason, both counts known.
    func merged(with next: BusGap) -> BusGap? {
        guard self.channel == next.channel, self.reason == next.reason else { return nil }
        guard let count = self.count, let nextCount = next.count else { return nil }
        return BusGap(channel: self.channel, reason: self.reason, count: count + nextCount)
    }
}

extension BusEvent {
    fileprivate var isMessage: Bool {
        if case .message = self { return true }
        return false
    }
}

extension ByteBuffer {
    /// A buffer with the same readable bytes whose storage is not much larger than they are.
    fileprivate func compactCopy() -> ByteBuffer {
        guard self.storageCapacity > self.readableBytes &* 2 &+ 64 else { return self }
        var copy = ByteBuffer()
        copy.reserveCapacity(self.readableBytes)
        copy.writeImmutableBuffer(self)
        return copy
    }
}
