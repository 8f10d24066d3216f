import BusCore
import InMemoryBus
import NIOCore

/// A bus that works, but doesn't say so before it is closed.
final class StuckBus: MessageBus {
    private let bus = InMemoryBus()
    private let closing = AsyncStream<Void>.makeStream()

    var capabilities: BusCapabilities { bus.capabilities }
    var limits: BusLimits { bus.limits }
    var state: BusState { bus.state }
    var states: BusStates { bus.states }
    var statistics: BusStatistics { bus.statistics }

    func submit(
        _ payload: ByteBuffer,
        to channel: BusChannel,
        completion: @escaping @Sendable (Result<PublishReceipt, BusError>) -> Void
    ) {
        bus.submit(payload, to: channel, completion: completion)
    }

    func subscribe(
        to channels: [BusChannel],
        options: BusSubscriptionOptions,
        receiver: any BusReceiver
    ) throws(BusError) -> any BusSubscription {
        try bus.subscribe(to: channels, options: options, receiver: receiver)
    }

    func health() async -> BusHealth {
        for await _ in closing.stream {}
        return await bus.health()
    }

    func close() async {
        closing.continuation.finish()
        await bus.close()
    }
}
