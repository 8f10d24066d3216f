import Testing

@testable import RedisBus

@Suite("Replies a publishing connection waits for", .timeLimit(.minutes(1)))
struct RedisPublishQueueTests {
    @Test func answersComeInTheOrderOfTheCommands() {
        var queue = RedisPublishQueue()
        for token: UInt64 in [5, 6, 7] { queue.append(publish: token) }
        queue.append(.probe(token: 1))
        queue.append(publish: 8)
        queue.append(publish: 20)
        var answered: [RedisPublishQueue.Answered] = []
        while let next = queue.removeFirst() { answered.append(next) }
        #expect(
            answered == [
                .publish(token: 5), .publish(token: 6), .publish(token: 7), .probe(token: 1), .publish(token: 8),
                .publish(token: 20),
            ]
        )
    }

    @Test func goesOnAfterItWasEmpty() {
        var queue = RedisPublishQueue()
        queue.append(publish: 1)
        #expect(queue.removeFirst() == .publish(token: 1))
        #expect(queue.removeFirst() == nil)
        queue.append(publish: 2)
        #expect(queue.removeFirst() == .publish(token: 2))
    }

    @Test func tokensMayWrapAround() {
        var queue = RedisPublishQueue()
        queue.append(publish: .max)
        queue.append(publish: 0)
        #expect(queue.removeFirst() == .publish(token: .max))
        #expect(queue.removeFirst() == .publish(token: 0))
    }
}
