import BusCore
import InMemoryBus
import NIOCore

extension Mutant {
    static let publishMutants: [Mutant] = [
        Mutant(
            "reports success while it is disconnected",
            fails: [
                "publish.honest-during-outage", "publish.honest-when-stalled", "half-cut.publishing",
                "recover.silent-server",
            ],
            each: claimsSuccess
        ),
        Mutant("sends an indeterminate publish again", fails: ["publish.indeterminate-once"], each: sendsAgain),
        Mutant(
            "sends what it could not send when it is connected again",
            fails: [
                "publish.honest-during-outage", "publish.honest-when-stalled", "half-cut.publishing",
                "recover.silent-server",
            ],
            mayFail: ["recover.failover", "recover.pause"],
            each: sendsStale
        ),
        Mutant("accepts a payload above the limit", fails: ["publish.oversize"], each: acceptsAnySize),
        Mutant("queues without a bound", fails: ["publish.bounded-when-stalled"], each: queuesAll),
    ]

    private struct Waiting: Sendable {
        var payload: ByteBuffer
        var channel: BusChannel
    }

    @Sendable private static func claimsSuccess() -> Mutation {
        var mutation = Mutation()
        mutation.submit = { bus, payload, channel, completion in
            bus.submit(payload, to: channel) { result in
                if case .failure(let error) = result, error.code == .notSent {
                    completion(.success(PublishReceipt()))
                } else {
                    completion(result)
                }
            }
        }
        return mutation
    }

    /// Repeats what failed in some way before the next success is reported.
    private static func repeating(_ code: BusError.Code) -> Mutation {
        let failed = Guarded<[Waiting]>([])
        var mutation = Mutation()
        mutation.submit = { bus, payload, channel, completion in
            bus.submit(payload, to: channel) { result in
                switch result {
                case .success:
                    let again = failed { list in
                        defer { list = [] }
                        return list
                    }
                    for publish in again { bus.submit(publish.payload, to: publish.channel) { _ in } }
                case .failure(let error):
                    if error.code == code { failed { $0.append(Waiting(payload: payload, channel: channel)) } }
                }
                completion(result)
            }
        }
        return mutation
    }

    @Sendable private static func sendsAgain() -> Mutation { Self.repeating(.indeterminate) }

    @Sendable private static func sendsStale() -> Mutation { Self.repeating(.notSent) }

    @Sendable private static func acceptsAnySize() -> Mutation {
        var mutation = Mutation()
        mutation.submit = { bus, payload, channel, completion in
            guard payload.readableBytes > bus.limits.maximumPayloadBytes else {
                return bus.submit(payload, to: channel, completion: completion)
            }
            completion(.success(PublishReceipt()))
        }
        return mutation
    }

    @Sendable private static func queuesAll() -> Mutation {
        let queue = Guarded<[@Sendable () -> Void]>([])
        var mutation = Mutation()
        mutation.submit = { bus, payload, channel, completion in
            bus.submit(payload, to: channel) { result in
                if case .failure(let error) = result, error.code == .overloaded {
                    return queue { $0.append { bus.submit(payload, to: channel, completion: completion) } }
                }
                completion(result)
                queue { $0.popLast() }?()
            }
        }
        return mutation
    }
}
