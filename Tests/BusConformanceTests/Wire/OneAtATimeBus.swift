import BusCore
import NIOCore

/// A bus that publishes the next message when the one before has been answered.
final class OneAtATimeBus: MessageBus {
    private struct Queue: Sendable {
        var waiting: [@Sendable () -> Void] = []
        var isBusy = false
    }

    private let base: any MessageBus
    private let queue = Guarded(Queue())

    init(_ base: any MessageBus) {
        self.base = base
    }

    var capabilities: BusCapabilities { self.base.capabilities }
    var limits: BusLimits { self.base.limits }
    var state: BusState { self.base.state }
    var states: BusStates { self.base.states }
    var statistics: BusStatistics { self.base.statistics }
    func health() async -> BusHealth { await self.base.health() }
    func close() async { await self.base.close() }

    func subscribe(
        to channels: [BusChannel],
        options: BusSubscriptionOptions,
        receiver: any BusReceiver
    ) throws(BusError) -> any BusSubscription {
        try self.base.subscribe(to: channels, options: options, receiver: receiver)
    }

    func submit(
        _ payload: ByteBuffer,
        to channel: BusChannel,
        completion: @escaping @Sendable (Result<PublishReceipt, BusError>) -> Void
    ) {
        let start: @Sendable () -> Void = {
            self.base.submit(payload, to: channel) { result in
                completion(result)
                self.next()
            }
        }
        let isFree = self.queue { queue in
            if queue.isBusy { queue.waiting.append(start) }
            defer { queue.isBusy = true }
            return !queue.isBusy
        }
        if isFree { start() }
    }

    private func next() {
        let start = self.queue { queue -> (@Sendable () -> Void)? in
            queue.isBusy = !queue.waiting.isEmpty
            return queue.isBusy ? queue.waiting.removeFirst() : nil
        }
        start?()
    }
}
