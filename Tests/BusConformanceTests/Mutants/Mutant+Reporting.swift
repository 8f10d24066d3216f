import BusCore
import InMemoryBus

extension Mutant {
    static let reportingMutants: [Mutant] = [
        Mutant("says that it is healthy whatever happens", fails: ["state.truth"], each: alwaysHealthy),
        Mutant("counts each delivery twice", fails: ["statistics.truth"], each: countsTwice),
        Mutant("says that an echo returns when it is missed", fails: ["half-cut.subscribing"], each: promisesEcho),
    ]

    @Sendable private static func alwaysHealthy() -> Mutation {
        var mutation = Mutation()
        mutation.health = { bus in
            let health = await bus.health()
            if health.state == .closed { return health }
            return BusHealth(state: .connected, isHealthy: true, roundTrip: .milliseconds(1))
        }
        return mutation
    }

    @Sendable private static func countsTwice() -> Mutation {
        var mutation = Mutation()
        mutation.statistics = { bus in
            var statistics = bus.statistics
            statistics.delivered *= 2
            return statistics
        }
        return mutation
    }

    @Sendable private static func promisesEcho() -> Mutation {
        var mutation = Mutation()
        mutation.submit = { bus, payload, channel, completion in
            bus.submit(payload, to: channel) { result in
                completion(result.map { PublishReceipt(receivers: $0.receivers, echo: .returns) })
            }
        }
        return mutation
    }
}
