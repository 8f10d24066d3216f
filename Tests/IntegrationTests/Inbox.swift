import BusCore
import NIOCore

/// Keeps the events of subscriptions for a test to wait for.
final class Inbox: BusReceiver {
    private let continuation: AsyncStream<BusEvent>.Continuation
    let events: AsyncStream<BusEvent>

    init() {
        (self.events, self.continuation) = AsyncStream.makeStream()
    }

    func received(_ event: BusEvent) {
        self.continuation.yield(event)
    }

    func readCompleted() {}
}

extension AsyncStream<BusEvent>.Iterator {
    /// The next event, which must be a message.
    mutating func nextMessage() async throws -> BusMessage {
        switch await self.next(isolation: #isolation) {
        case .message(let message): return message
        case let other: throw UnexpectedEvent(event: other)
        }
    }

    /// The next event, which must be a gap.
    mutating func nextGap() async throws -> BusGap {
        switch await self.next(isolation: #isolation) {
        case .gap(let gap): return gap
        case let other: throw UnexpectedEvent(event: other)
        }
    }

    /// The next event, which must be the end of a channel.
    mutating func nextEnd() async throws -> (BusChannel, BusError) {
        switch await self.next(isolation: #isolation) {
        case .ended(let channel, let error): return (channel, error)
        case let other: throw UnexpectedEvent(event: other)
        }
    }
}

/// Another event came than the test waits for.
struct UnexpectedEvent: Error {
    let event: BusEvent?
}
