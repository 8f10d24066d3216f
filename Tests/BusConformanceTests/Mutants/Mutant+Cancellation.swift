import BusCore
import Dispatch
import InMemoryBus

extension Mutant {
    static let cancellationMutants: [Mutant] = [
        Mutant(
            "goes on calling after cancel(), and does not wait in cancelled()",
            fails: ["cancel.quiet-inside-receiver", "cancel.quiet-after-cancelled", "reentrancy.cancel-other"],
            mayFail: ["buffer.end"],
            each: cancelsLazily
        ),
        Mutant(
            "never tells the backend that nobody is interested any more",
            fails: [
                "interest.reference-count", "interest.churn", "interest.cancelled-task", "sequence.abandonment",
                "recover.intents-while-down", "interest.timed-out-subscribe-is-atomic",
                "interest.denied-subscribe-is-atomic", "buffer.end",
            ],
            mayFail: ["cancel.quiet-after-cancelled"],
            each: neverReleases
        ),
        Mutant(
            "unsubscribes everybody from a channel that one has left",
            fails: [
                "interest.reference-count", "cancel.quiet-inside-receiver", "cancel.quiet-after-cancelled",
                "sequence.consumer-exit", "reentrancy.cancel-other", "buffer.end",
            ],
            mayFail: ["receiver.serial", "interest.churn"],
            each: releasesForAll
        ),
        Mutant(
            "ignores cancel() while a subscription is opening",
            fails: [
                "interest.timed-out-subscribe-is-atomic", "interest.denied-subscribe-is-atomic",
                "recover.intents-while-down",
            ],
            mayFail: ["interest.churn"],
            each: forgetsToUndo
        ),
        Mutant("keeps every receiver for ever", fails: ["close.no-leak"], keepsReceivers),
        Mutant(
            "registers the good channels of a subscription that it refuses",
            fails: ["interest.failed-subscribe-is-atomic"],
            each: registersHalf
        ),
        Mutant(
            "waits in cancel() for an answer that only comes when it has returned",
            fails: ["cancel.ends-iterator"],
            only: ["cancel.ends-iterator"]
        ) { { _ in blocksInCancel() } },
    ]

    @Sendable private static func cancelsLazily() -> Mutation {
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let base = try bus.subscribe(to: channels, options: options, receiver: receiver)
            return MutantSubscription(
                base,
                onCancel: { base in
                    Task {
                        for _ in 0..<10 { await Task.yield() }
                        base.cancel()
                    }
                },
                onCancelled: { _ in }
            )
        }
        return mutation
    }

    @Sendable private static func neverReleases() -> Mutation {
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let isMute = Guarded(false)
            let proxy = FilteringReceiver(receiver) { event in isMute { $0 } ? [] : [event] }
            let base = try bus.subscribe(to: channels, options: options, receiver: proxy)
            return MutantSubscription(base, onCancel: { _ in isMute { $0 = true } })
        }
        return mutation
    }

    @Sendable private static func releasesForAll() -> Mutation {
        let subscriptions = Guarded<[BusChannel: [any BusSubscription]]>([:])
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let base = try bus.subscribe(to: channels, options: options, receiver: receiver)
            subscriptions { table in
                for channel in channels { table[channel, default: []].append(base) }
            }
            return MutantSubscription(
                base,
                onCancel: { base in
                    let all = subscriptions { table in base.channels.flatMap { table.removeValue(forKey: $0) ?? [] } }
                    for subscription in all { subscription.cancel() }
                    base.cancel()
                }
            )
        }
        return mutation
    }

    @Sendable private static func forgetsToUndo() -> Mutation {
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let base = try bus.subscribe(to: channels, options: options, receiver: receiver)
            return MutantSubscription(base, onCancel: { if $0.isActive { $0.cancel() } })
        }
        return mutation
    }

    @Sendable private static func keepsReceivers() -> @Sendable (InMemoryBus) -> Mutation {
        let kept = Guarded<[any BusReceiver]>([])
        return { _ in
            var mutation = Mutation()
            mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
                kept { $0.append(receiver) }
                return try bus.subscribe(to: channels, options: options, receiver: receiver)
            }
            return mutation
        }
    }

    @Sendable private static func registersHalf() -> Mutation {
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let good = channels.filter { $0.count > 0 && $0.count <= bus.limits.maximumChannelBytes }
            if good.count < channels.count, !good.isEmpty {
                _ = try bus.subscribe(to: good, options: options, receiver: receiver)
            }
            return try bus.subscribe(to: channels, options: options, receiver: receiver)
        }
        return mutation
    }

    /// Gives up in the end, so that the test gets its thread back.
    private static func blocksInCancel() -> Mutation {
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let base = try bus.subscribe(to: channels, options: options, receiver: receiver)
            return MutantSubscription(
                base,
                onCancel: { base in
                    _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .seconds(2))
                    base.cancel()
                }
            )
        }
        return mutation
    }
}
