import BusCore
import InMemoryBus

extension Mutant {
    static let linkMutants: [Mutant] = [
        Mutant(
            "believes every link that does not say it is broken",
            fails: ["recover.pause", "recover.black-hole", "recover.starved", "recover.silent-server"],
            configure: { $0.probeInterval = .seconds(3_600) }
        ),
        Mutant(
            "reconnects the moment it was cut off, as all the others do",
            fails: ["reconnect.spread"],
            configure: { $0.firstReconnectDelay = .zero }
        ),
        Mutant(
            "takes its own stall for an outage and says nothing",
            fails: ["link.own-stall"],
            only: ["link.own-stall"],
            distrustsItself
        ),
        Mutant("is connecting again in each outage", fails: ["state.transitions"]) {
            { bus in
                Mutation.states(of: bus) { if case .reconnecting = $0 { .connecting } else { $0 } }
            }
        },
        Mutant(
            "names the wrong half",
            fails: ["state.halves", "half-cut.publishing", "half-cut.subscribing"]
        ) {
            { bus in
                Mutation.states(of: bus) { state in
                    switch state {
                    case .degraded(.publishing): .degraded(.subscribing)
                    case .degraded(.subscribing): .degraded(.publishing)
                    default: state
                    }
                }
            }
        },
        Mutant("does not close from where a receiver asked for it", fails: ["reentrancy.close"], each: locksItselfOut),
    ]

    /// All buses of the cluster replace their subscribing connections when time has made a jump, and forget the gaps.
    @Sendable private static func distrustsItself() -> @Sendable (InMemoryBus) -> Mutation {
        let all = Guarded<[InMemoryBus]>([])
        let latest = Guarded(ContinuousClock.now)
        return { bus in
            all { $0.append(bus) }
            var mutation = Mutation.events { _ in { if case .gap = $0 { [] } else { [$0] } } }
            mutation.submit = { bus, payload, channel, completion in
                let now = ContinuousClock.now
                let isJump = latest { latest in
                    defer { latest = now }
                    return now - latest > .milliseconds(300)
                }
                if isJump {
                    for bus in all({ $0 }) {
                        bus.cut(.subscribing)
                        bus.restore()
                    }
                }
                bus.submit(payload, to: channel, completion: completion)
            }
            return mutation
        }
    }

    @TaskLocal private static var isInsideReceiver = false

    /// Waits in `close()` for the end of the receiver's call, of which it believes that it is still in.
    @Sendable private static func locksItselfOut() -> Mutation {
        let (never, source) = AsyncStream.makeStream(of: Void.self)
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let proxy = FilteringReceiver(receiver) { event in
                Self.$isInsideReceiver.withValue(true) { receiver.received(event) }
                return []
            }
            return try bus.subscribe(to: channels, options: options, receiver: proxy)
        }
        mutation.close = { bus in
            if Self.isInsideReceiver { for await _ in never {} }
            withExtendedLifetime(source) {}
            await bus.close()
        }
        return mutation
    }
}
