import BusCore
import InMemoryBus

extension Mutant {
    static let recoveryMutants: [Mutant] = [
        Mutant(
            "reconnects, resubscribes and says nothing",
            fails: ["gap.no-silent-loss", "gap.per-channel", "recover.black-hole", "recover.starved"],
            mayFail: ["recover.failover", "recover.pause"],
            each: saysNothing
        ),
        Mutant(
            "marks the gap behind the first message of the new link",
            fails: ["gap.no-silent-loss", "gap.per-channel", "recover.black-hole", "recover.starved"],
            mayFail: ["recover.failover", "recover.pause"],
            each: marksLate
        ),
        Mutant("marks one channel of an interruption", fails: ["gap.per-channel"], each: marksOne),
        Mutant(
            "marks a gap at the first activation",
            fails: [
                "gap.per-channel", "buffer.bytes", "buffer.drop-newest", "buffer.drop-oldest",
                "half-cut.publishing", "publish.oversize", "sequence.consumer-exit",
            ],
            each: marksFirst
        ),
        Mutant(
            "sends an old unsubscribe behind the new subscribe",
            fails: [
                "recover.subscriptions", "recover.restart", "recover.interrupted", "recover.failover", "denial.alone",
            ],
            each: unsubscribesLate
        ),
        Mutant(
            "resubscribes what was left over from the attempt that failed",
            fails: ["recover.interrupted"],
            each: resubscribesRest
        ),
        Mutant(
            "forgets what was subscribed during an outage",
            fails: ["recover.intents-while-down", "interest.timed-out-subscribe-is-atomic"],
            each: forgetsIntents
        ),
        Mutant(
            "loses the whole batch with the channel that is denied",
            fails: ["denial.alone", "interest.denied-subscribe-is-atomic"],
            each: losesBatch
        ),
    ]

    @Sendable private static func saysNothing() -> Mutation {
        .events { _ in { if case .gap = $0 { [] } else { [$0] } } }
    }

    @Sendable private static func marksLate() -> Mutation {
        .events { _ in
            let held = Guarded<[BusChannel: BusEvent]>([:])
            return { event in
                switch event {
                case .gap(let gap):
                    held { $0[gap.channel] = event }
                    return []
                case .message(let message):
                    return [event] + (held { $0.removeValue(forKey: message.channel) }.map { [$0] } ?? [])
                case .ended:
                    return [event]
                }
            }
        }
    }

    @Sendable private static func marksOne() -> Mutation {
        .events { _ in
            let isMarked = Guarded(false)
            return { event in
                isMarked { marked in
                    guard case .gap = event else {
                        marked = false
                        return [event]
                    }
                    defer { marked = true }
                    return marked ? [] : [event]
                }
            }
        }
    }

    @Sendable private static func marksFirst() -> Mutation {
        .events { _ in
            let known = Guarded<Set<BusChannel>>([])
            return { event in
                guard case .message(let message) = event, known({ $0.insert(message.channel).inserted }) else {
                    return [event]
                }
                return [.gap(BusGap(channel: message.channel, reason: .linkLost)), event]
            }
        }
    }

    /// Every seventh channel of a bus is dead after the first interruption.
    @Sendable private static func unsubscribesLate() -> Mutation {
        let count = Guarded(0)
        return .events { channels in
            let first = count { count in
                defer { count += channels.count }
                return count
            }
            let victims = Set(channels.enumerated().filter { (first + $0.offset) % 7 == 6 }.map(\.element))
            let dead = Guarded<Set<BusChannel>>([])
            return { event in
                if case .gap(let gap) = event, victims.contains(gap.channel) { dead { _ = $0.insert(gap.channel) } }
                return dead { $0.contains(event.channel) } ? [] : [event]
            }
        }
    }

    /// A channel that was interrupted three times in a row is dead.
    @Sendable private static func resubscribesRest() -> Mutation {
        .events { _ in
            let interruptions = Guarded<[BusChannel: Int]>([:])
            return { event in
                interruptions { table in
                    if case .gap(let gap) = event { table[gap.channel, default: 0] += 1 }
                    if table[event.channel, default: 0] >= 3 { return [] }
                    if case .message(let message) = event { table[message.channel] = 0 }
                    return [event]
                }
            }
        }
    }

    @Sendable private static func forgetsIntents() -> Mutation {
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let isLost = bus.state != .connected && bus.state != .closed
            let proxy = FilteringReceiver(receiver) { isLost ? [] : [$0] }
            return try bus.subscribe(to: channels, options: options, receiver: proxy)
        }
        return mutation
    }

    @Sendable private static func losesBatch() -> Mutation {
        let isLost = Guarded(false)
        return .events { _ in
            { event in
                if isLost({ $0 }) { return [] }
                if case .ended(_, let error) = event, error.code == .unauthorized { isLost { $0 = true } }
                return [event]
            }
        }
    }
}
