import BusCore
import InMemoryBus
import NIOCore

/// An in-memory bus with one bug.
final class MutantBus: MessageBus {
    private let base: InMemoryBus
    private let mutation: Mutation

    init(_ base: InMemoryBus, _ mutation: Mutation) {
        self.base = base
        self.mutation = mutation
    }

    var capabilities: BusCapabilities { self.base.capabilities }
    var limits: BusLimits { self.base.limits }
    var state: BusState { self.mutation.state(self.base) }
    var states: BusStates { self.mutation.states(self.base) }
    var statistics: BusStatistics { self.mutation.statistics(self.base) }

    func submit(
        _ payload: ByteBuffer,
        to channel: BusChannel,
        completion: @escaping @Sendable (Result<PublishReceipt, BusError>) -> Void
    ) {
        self.mutation.submit(self.base, payload, channel, completion)
    }

    func subscribe(
        to channels: [BusChannel],
        options: BusSubscriptionOptions,
        receiver: any BusReceiver
    ) throws(BusError) -> any BusSubscription {
        try self.mutation.subscribe(self.base, channels, options, receiver)
    }

    func health() async -> BusHealth { await self.mutation.health(self.base) }

    func close() async { await self.mutation.close(self.base) }
}
