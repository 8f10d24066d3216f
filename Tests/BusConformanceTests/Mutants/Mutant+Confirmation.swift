import BusCore
import InMemoryBus

extension Mutant {
    static let confirmationMutants: [Mutant] = [
        Mutant(
            "returns before the backend has acknowledged",
            fails: ["subscribe.active-means-active"],
            each: confirmsEarly
        ),
        Mutant(
            "resolves a second subscriber while the first is opening",
            fails: ["subscribe.piggy-back"],
            mayFail: ["interest.churn"],
            each: piggyBacks
        ),
        Mutant("is active when a part of a batch is", fails: ["subscribe.batch"], each: activatesOnPart),
        Mutant("confirms more channels than it can serve", fails: ["subscribe.scale"], each: servesNineHundred),
        Mutant(
            "loses a message between the first one and the confirmation",
            fails: ["subscribe.joiner-suffix"],
            each: leavesHole
        ),
        Mutant(
            "gives the last old message to a new subscription",
            fails: ["deliver.nothing-old"],
            mayFail: ["order.interleaving"],
            retainsLast
        ),
    ]

    /// Every 45th subscription is registered when the next one comes, and says at once that it is active.
    @Sendable private static func confirmsEarly() -> Mutation {
        let count = Guarded(0)
        let waiting = Guarded<[@Sendable () -> Void]>([])
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let ready = waiting { list in
                defer { list = [] }
                return list
            }
            for open in ready { open() }
            let number = count {
                $0 += 1
                return $0
            }
            guard number % 45 == 0 else { return try bus.subscribe(to: channels, options: options, receiver: receiver) }
            let late = LateSubscription(channels: channels)
            waiting {
                $0.append { late.open(try? bus.subscribe(to: channels, options: options, receiver: receiver)) }
            }
            return MutantSubscription(late, onActive: { _, _ in })
        }
        return mutation
    }

    /// Registers a channel a moment later; whoever joins meanwhile is told that it is active.
    @Sendable private static func piggyBacks() -> Mutation {
        let opening = Guarded<Set<BusChannel>>([])
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            guard channels.count == 1, bus.state == .connected else {
                return try bus.subscribe(to: channels, options: options, receiver: receiver)
            }
            let channel = channels[0]
            guard channel.count > 0, channel.count <= bus.limits.maximumChannelBytes else {
                return try bus.subscribe(to: channels, options: options, receiver: receiver)
            }
            let isFirst = opening { $0.insert(channel).inserted }
            let late = LateSubscription(channels: channels)
            Task {
                for _ in 0..<50 { await Task.yield() }
                late.open(try? bus.subscribe(to: channels, options: options, receiver: receiver))
                opening { _ = $0.remove(channel) }
            }
            return isFirst ? late : MutantSubscription(late, onActive: { _, _ in })
        }
        return mutation
    }

    /// Registers what is beyond 500 channels a moment later.
    @Sendable private static func activatesOnPart() -> Mutation {
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            guard channels.count > 500 else {
                return try bus.subscribe(to: channels, options: options, receiver: receiver)
            }
            let first = try bus.subscribe(to: Array(channels.prefix(500)), options: options, receiver: receiver)
            Task {
                for _ in 0..<300 { await Task.yield() }
                _ = try? bus.subscribe(to: Array(channels.dropFirst(500)), options: options, receiver: receiver)
            }
            return MutantSubscription(first, channels: channels)
        }
        return mutation
    }

    @Sendable private static func servesNineHundred() -> Mutation {
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let isServed = bus.statistics.channels < 900
            let proxy = FilteringReceiver(receiver) { isServed ? [$0] : [] }
            return try bus.subscribe(to: channels, options: options, receiver: proxy)
        }
        return mutation
    }

    /// A subscription whose first message comes before anybody has waited for it loses the second one.
    @Sendable private static func leavesHole() -> Mutation {
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let awaited = Guarded(false)
            let messages = Guarded(0)
            let proxy = FilteringReceiver(receiver) { event in
                guard case .message = event, !awaited({ $0 }) else { return [event] }
                let number = messages {
                    $0 += 1
                    return $0
                }
                return number == 2 ? [] : [event]
            }
            let base = try bus.subscribe(to: channels, options: options, receiver: proxy)
            return MutantSubscription(
                base,
                onActive: { base, limit in
                    awaited { $0 = true }
                    try await base.active(within: limit)
                }
            )
        }
        return mutation
    }

    /// Keeps the last message of each channel, and gives it to new subscriptions before their first one.
    @Sendable private static func retainsLast() -> @Sendable (InMemoryBus) -> Mutation {
        let last = Guarded<[BusChannel: BusMessage]>([:])
        return { _ in
            var mutation = Mutation()
            mutation.submit = { bus, payload, channel, completion in
                bus.submit(payload, to: channel) { result in
                    if case .success = result {
                        last { $0[channel] = BusMessage(channel: channel, payload: payload) }
                    }
                    completion(result)
                }
            }
            mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
                let retained = Guarded(last { kept in kept.filter { channels.contains($0.key) } })
                let proxy = FilteringReceiver(receiver) { event in
                    guard case .message(let message) = event else { return [event] }
                    guard let old = retained({ $0.removeValue(forKey: message.channel) }),
                        old.payload != message.payload
                    else { return [event] }
                    return [.message(old), event]
                }
                return try bus.subscribe(to: channels, options: options, receiver: proxy)
            }
            return mutation
        }
    }
}
