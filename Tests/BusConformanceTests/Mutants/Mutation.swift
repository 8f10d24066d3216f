import BusCore
import InMemoryBus
import NIOCore

/// What a mutant does differently from the bus it wraps; whatever is left alone works.
struct Mutation: Sendable {
    typealias Completion = @Sendable (Result<PublishReceipt, BusError>) -> Void

    var submit: @Sendable (InMemoryBus, ByteBuffer, BusChannel, @escaping Completion) -> Void = {
        $0.submit($1, to: $2, completion: $3)
    }

    var subscribe:
        @Sendable (InMemoryBus, [BusChannel], BusSubscriptionOptions, any BusReceiver) throws(BusError) ->
            any BusSubscription = { (bus, channels, options, receiver) throws(BusError) in
                try bus.subscribe(to: channels, options: options, receiver: receiver)
            }

    var state: @Sendable (InMemoryBus) -> BusState = { $0.state }

    var states: @Sendable (InMemoryBus) -> BusStates = { $0.states }

    var health: @Sendable (InMemoryBus) async -> BusHealth = { await $0.health() }

    var statistics: @Sendable (InMemoryBus) -> BusStatistics = { $0.statistics }

    var close: @Sendable (InMemoryBus) async -> Void = { await $0.close() }

    /// A mutation that changes the events of each subscription; the closure is made anew for each one.
    static func events(
        _ makeFilter: @escaping @Sendable ([BusChannel]) -> @Sendable (BusEvent) -> [BusEvent]
    ) -> Mutation {
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let proxy = FilteringReceiver(receiver, makeFilter(channels))
            return try bus.subscribe(to: channels, options: options, receiver: proxy)
        }
        return mutation
    }

    /// A mutation that tells other states than the bus it wraps.
    static func states(of bus: InMemoryBus, _ change: @escaping @Sendable (BusState) -> BusState) -> Mutation {
        let board = StateBoard(change(bus.state))
        let states = bus.states
        Task {
            for await state in states { board.update(change(state)) }
        }
        var mutation = Mutation()
        mutation.state = { change($0.state) }
        mutation.states = { _ in BusStates(board: board) }
        return mutation
    }
}
