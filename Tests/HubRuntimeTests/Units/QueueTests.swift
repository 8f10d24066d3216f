import NIOCore
import Testing

@testable import HubRuntime

@Suite(.timeLimit(.minutes(1))) struct QueueTests {
    @Test func invocationsRunInOrderUpToTheLimit() {
        let limits = InvocationLimits(maximumParallel: 2, maximumWaiting: 3, maximumWaitingBytes: 100)
        var queue = InvocationQueue<Int>()
        for number in 0..<4 { queue.add(number, size: 10) }
        #expect(queue.isFull(limits))
        #expect(queue.next(limits) == [0])
        #expect(queue.next(limits) == [1])
        #expect(queue.next(limits) == nil)
        #expect(!queue.isFull(limits))
        queue.finished()
        #expect(queue.next(limits) == [2])
        queue.add(4, size: 95)
        #expect(queue.isFull(limits))
        queue.discardWaiting()
        #expect(!queue.isFull(limits))
        #expect(!queue.isIdle)
        queue.finished()
        queue.finished()
        #expect(queue.isIdle)
    }

    @Test func behindALimitOfOneThoseThatWaitRunTogetherInOrder() {
        let limits = InvocationLimits(maximumParallel: 1, maximumWaiting: 64, maximumWaitingBytes: 1_000)
        var queue = InvocationQueue<Int>()
        queue.add(0, size: 10)
        #expect(queue.next(limits) == [0])
        for number in 1...20 { queue.add(number, size: 10) }
        #expect(queue.next(limits) == nil)
        queue.finished()
        #expect(queue.next(limits) == Array(1...16))
        for _ in 1...15 { queue.finished() }
        #expect(queue.next(limits) == nil)
        queue.finished()
        #expect(queue.next(limits) == Array(17...20))
        for _ in 17...20 { queue.finished() }
        #expect(queue.isIdle)
    }

    private func frame(_ number: Int, size: Int = 10, isControl: Bool = false) -> OutboundFrame {
        OutboundFrame(bytes: ByteBuffer(repeating: UInt8(number), count: size), messages: 1, isControl: isControl)
    }

    @Test func anOutboundQueueThatMustNotDropOverflows() {
        let limits = OutboundLimits(maximumBytes: 30, maximumMessages: 100, policy: .disconnect)
        var queue = OutboundQueue()
        #expect(queue.append(self.frame(1), transportBytes: 0, limits) == .queued)
        #expect(queue.append(self.frame(2), transportBytes: 10, limits) == .queued)
        #expect(queue.append(self.frame(3), transportBytes: 11, limits) == .overflow)
        #expect(queue.bytes == 20)
        #expect(queue.messages == 2)
    }

    @Test func anOutboundQueueThatMayDropKeepsWhatItMust() {
        let limits = OutboundLimits(maximumBytes: 1_000, maximumMessages: 3, policy: .dropOldest)
        var queue = OutboundQueue()
        for number in 0..<3 {
            #expect(queue.append(self.frame(number, isControl: number == 1), transportBytes: 0, limits) == .queued)
        }
        #expect(queue.append(self.frame(3), transportBytes: 0, limits) == .dropped(messages: 1))
        #expect(queue.append(self.frame(4, isControl: true), transportBytes: 0, limits) == .dropped(messages: 1))
        #expect(queue.append(self.frame(5, isControl: true), transportBytes: 0, limits) == .dropped(messages: 1))
        #expect(queue.append(self.frame(6), transportBytes: 0, limits) == .dropped(messages: 1))
        #expect(queue.append(self.frame(7, isControl: true), transportBytes: 0, limits) == .overflow)
        var numbers: [UInt8] = []
        while let frame = queue.popFirst() { numbers.append(frame.bytes.getInteger(at: 0) ?? 0) }
        #expect(numbers == [1, 4, 5])
        #expect(queue.bytes == 0)
        #expect(queue.messages == 0)
    }

    @Test(arguments: [0, 1, 125, 126, 127, 65_535, 65_536, 100_000])
    func aWebSocketHeaderHasTheShortestLength(length: Int) {
        let format = FrameFormat(codec: 0, framing: .webSocket, isBinary: length % 2 == 0)
        var bytes = format.frame([ByteBuffer(repeating: 7, count: length)])
        #expect(bytes.readInteger(as: UInt8.self) == (length % 2 == 0 ? 0x82 : 0x81))
        let short = bytes.readInteger(as: UInt8.self)
        switch length {
        case ..<126: #expect(Int(short ?? 0) == length)
        case ..<65_536:
            #expect(short == 126)
            #expect(bytes.readInteger(as: UInt16.self) == UInt16(length))
        default:
            #expect(short == 127)
            #expect(bytes.readInteger(as: UInt64.self) == UInt64(length))
        }
        #expect(bytes.readableBytes == length)
    }
}
