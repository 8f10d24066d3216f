import DequeModule
import NIOCore
import Testing

@testable import BusCore

@Suite(.timeLimit(.minutes(1)))
struct EventQueueTests {
    private func message(_ text: String, on channel: BusChannel = "c") -> BusEvent {
        .message(BusMessage(channel: channel, payload: ByteBuffer(string: text)))
    }

    private func drained(_ queue: inout EventQueue) -> [String] {
        var events: Deque<BusEvent> = []
        queue.drain(into: &events)
        return events.map { event in
            switch event {
            case .message(let message): String(buffer: message.payload)
            case .gap(let gap): "gap(\(gap.channel),\(gap.count.map(String.init) ?? "?"))"
            case .ended(_, let error): "ended(\(error.code))"
            }
        }
    }

    @Test func `Dropping the oldest leaves one gap with the exact count in their place`() {
        var queue = EventQueue(BusBuffer(maximumCount: 2, overflow: .dropOldest))
        for text in ["1", "2", "3", "4", "5"] { _ = queue.append(self.message(text)) }
        #expect(self.drained(&queue) == ["gap(c,3)", "4", "5"])
    }

    @Test func `Dropping the newest leaves one gap with the exact count behind what waits`() {
        var queue = EventQueue(BusBuffer(maximumCount: 2, overflow: .dropNewest))
        for text in ["1", "2", "3", "4"] { _ = queue.append(self.message(text)) }
        #expect(self.drained(&queue) == ["1", "2", "gap(c,2)"])
        _ = queue.append(self.message("5"))
        #expect(self.drained(&queue) == ["5"])
    }

    @Test func `The ending policy tells why and takes nothing more`() {
        var queue = EventQueue(BusBuffer(maximumCount: 1, overflow: .end))
        let overflows = ["1", "2", "3"].map { queue.append(self.message($0)) }
        #expect(overflows == [false, true, false])
        #expect(self.drained(&queue) == ["1", "ended(overloaded)"])
    }

    @Test func `Each channel has gaps of its own`() {
        var queue = EventQueue(BusBuffer(maximumCount: 2, overflow: .dropOldest))
        for number in 1...6 {
            _ = queue.append(self.message("\(number)", on: number.isMultiple(of: 2) ? "even" : "odd"))
        }
        #expect(self.drained(&queue) == ["gap(odd,2)", "gap(even,2)", "5", "6"])
    }

    @Test func `Gaps whose count is unknown are not merged`() {
        var queue = EventQueue(BusBuffer())
        _ = queue.append(.gap(BusGap(channel: "c", reason: .linkLost)))
        _ = queue.append(.gap(BusGap(channel: "c", reason: .linkLost)))
        #expect(self.drained(&queue) == ["gap(c,?)", "gap(c,?)"])
    }

    @Test func `Bytes are bounded, and a single large message is accepted when nothing waits`() {
        var queue = EventQueue(BusBuffer(maximumCount: 100, maximumBytes: 10, overflow: .dropOldest))
        _ = queue.append(self.message(String(repeating: "x", count: 50)))
        #expect(queue.bytes == 50)
        _ = queue.append(self.message("12345"))
        _ = queue.append(self.message("67890"))
        #expect(self.drained(&queue) == ["gap(c,1)", "12345", "67890"])
    }

    @Test func `A kept payload does not hold on to the read it came in`() {
        var read = ByteBuffer()
        read.reserveCapacity(64 * 1024)
        read.writeString("0123456789")
        var queue = EventQueue(BusBuffer())
        guard let slice = read.getSlice(at: 2, length: 4) else { return #expect(Bool(false)) }
        _ = queue.append(.message(BusMessage(channel: "c", payload: slice)))
        var events: Deque<BusEvent> = []
        queue.drain(into: &events)
        guard case .message(let message)? = events.first else { return #expect(Bool(false)) }
        #expect(String(buffer: message.payload) == "2345")
        #expect(message.payload.storageCapacity < 256)
    }
}
