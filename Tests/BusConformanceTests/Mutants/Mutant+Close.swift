import BusCore
import InMemoryBus

extension Mutant {
    static let closeMutants: [Mutant] = [
        Mutant("closes without ending its subscriptions", fails: ["close.ends-everything"], each: endsNothing),
        Mutant("returns from close() while another call still closes", fails: ["close.concurrent"], each: closesOnce),
        Mutant("accepts subscriptions after close()", fails: ["close.use-after"], each: acceptsAfterClose),
        Mutant(
            "ends its subscriptions with an error that is not .closed",
            fails: ["close.ends-everything"],
            each: endsWrongly
        ),
    ]

    @Sendable private static func endsNothing() -> Mutation {
        .events { _ in
            { event in
                if case .ended(_, let error) = event, error.code == .closed { return [] }
                return [event]
            }
        }
    }

    @Sendable private static func endsWrongly() -> Mutation {
        .events { _ in
            { event in
                if case .ended(let channel, let error) = event, error.code == .closed {
                    return [.ended(channel, BusError(.linkFailed, "gone"))]
                }
                return [event]
            }
        }
    }

    @Sendable private static func closesOnce() -> Mutation {
        let isClosing = Guarded(false)
        var mutation = Mutation()
        mutation.close = { bus in
            let isFirst = isClosing { closing in
                defer { closing = true }
                return !closing
            }
            guard isFirst else { return }
            for _ in 0..<50 { await Task.yield() }
            await bus.close()
        }
        return mutation
    }

    @Sendable private static func acceptsAfterClose() -> Mutation {
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            if bus.state == .closed { return LateSubscription(channels: channels) }
            return try bus.subscribe(to: channels, options: options, receiver: receiver)
        }
        return mutation
    }
}
