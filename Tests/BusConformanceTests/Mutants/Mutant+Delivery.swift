import BusCore
import Foundation
import InMemoryBus
import NIOCore

extension Mutant {
    static let deliveryMutants: [Mutant] = [
        Mutant(
            "delivers locally and once more when the echo comes",
            fails: ["deliver.exactly-once", "deliver.echo", "order.interleaving"],
            each: deliversTwice
        ),
        Mutant(
            "sends every message twice",
            fails: [
                "deliver.exactly-once", "deliver.echo", "order.interleaving", "publish.cancelled-task",
                "publish.indeterminate-once", "statistics.truth", "buffer.bytes", "buffer.drop-newest",
                "buffer.drop-oldest", "buffer.end", "name.case", "name.length", "name.literal",
                "cancel.quiet-inside-receiver", "reentrancy.subscribe", "recover.black-hole", "recover.failover",
                "recover.pause", "recover.starved", "recover.silent-server",
            ],
            mayFail: ["sequence.payload-ownership", "sequence.consumer-exit"],
            each: sendsTwice
        ),
        Mutant(
            "swaps two messages",
            fails: ["order.awaited", "order.submitted", "subscribe.joiner-suffix", "reentrancy.ping-pong"],
            mayFail: ["order.under-load", "order.interleaving"],
            each: swapsTwo
        ),
        Mutant(
            "drops a message without a marker when it is busy",
            fails: [
                "buffer.bytes", "buffer.drop-newest", "buffer.drop-oldest", "interest.reference-count", "order.awaited",
                "order.submitted", "order.under-load", "publish.bounded", "receiver.slow-neighbour",
                "reentrancy.ping-pong", "reentrancy.submit", "sequence.consumer-exit", "sequence.payload-ownership",
                "subscribe.joiner-suffix", "deliver.exactly-once", "statistics.truth",
                "receiver.serial", "subscribe.batch",
            ],
            each: dropsOne
        ),
        Mutant("trims the end of a line", fails: ["payload.fidelity"], each: trimsLines),
        Mutant("overwrites the payload in place", fails: ["payload.no-aliasing"], each: scribbles),
        Mutant("calls receivers from inside their own calls", fails: ["reentrancy.submit"], each: recurses),
        Mutant("loses a subscription made inside a receiver", fails: ["reentrancy.subscribe"], each: losesInner),
        Mutant("calls receivers on the publisher's thread too", fails: ["receiver.serial"], each: overlaps),
    ]

    /// Delivers nothing at all; for tests of the report.
    static let mute = Mutation.events { _ in { _ in [] } }

    private struct Copy: Hashable {
        var channel: BusChannel
        var payload: ByteBuffer
    }

    @Sendable private static func deliversTwice() -> Mutation {
        let own = Guarded<Set<Copy>>([])
        var mutation = Mutation.events { _ in
            { event in
                guard case .message(let message) = event,
                    own({ $0.contains(Copy(channel: message.channel, payload: message.payload)) })
                else { return [event] }
                return [event, event]
            }
        }
        mutation.submit = { bus, payload, channel, completion in
            own { _ = $0.insert(Copy(channel: channel, payload: payload)) }
            bus.submit(payload, to: channel, completion: completion)
        }
        return mutation
    }

    @Sendable private static func sendsTwice() -> Mutation {
        var mutation = Mutation()
        mutation.submit = { bus, payload, channel, completion in
            bus.submit(payload, to: channel) { _ in }
            bus.submit(payload, to: channel, completion: completion)
        }
        return mutation
    }

    @Sendable private static func swapsTwo() -> Mutation {
        .events { _ in
            let state = Guarded<(count: Int, held: BusEvent?)>((0, nil))
            return { event in
                state { state in
                    guard case .message = event else { return [event] }
                    state.count += 1
                    if state.count == 180 {
                        state.held = event
                        return []
                    }
                    defer { state.held = nil }
                    return [event] + (state.held.map { [$0] } ?? [])
                }
            }
        }
    }

    @Sendable private static func dropsOne() -> Mutation {
        .events { _ in
            let count = Guarded(0)
            return { event in
                guard case .message = event else { return [event] }
                let number = count {
                    $0 += 1
                    return $0
                }
                return number == 50 ? [] : [event]
            }
        }
    }

    @Sendable private static func trimsLines() -> Mutation {
        .events { _ in
            { event in
                guard case .message(var message) = event, message.payload.readableBytes == 2,
                    message.payload.readableBytesView.elementsEqual([0x0D, 0x0A])
                else {
                    return [event]
                }
                message.payload =
                    message.payload.getSlice(
                        at: message.payload.readerIndex,
                        length: message.payload.readableBytes - 2
                    ) ?? message.payload
                return [.message(message)]
            }
        }
    }

    /// Takes the bytes for its own once the fifth message of a subscription has been delivered.
    @Sendable private static func scribbles() -> Mutation {
        .events { _ in
            let kept = Guarded<[ByteBuffer]>([])
            return { event in
                guard case .message(let message) = event, message.payload.readableBytes == 512 else { return [event] }
                kept { buffers in
                    buffers.append(message.payload)
                    guard buffers.count == 5 else { return }
                    buffers[0].withUnsafeReadableBytes { bytes in
                        UnsafeMutableRawPointer(mutating: bytes.baseAddress!).storeBytes(of: 0x21, as: UInt8.self)
                    }
                }
                return [event]
            }
        }
    }

    /// A submit from inside a receiver is delivered to that receiver before it returns; the echo is left out.
    @Sendable private static func recurses() -> Mutation {
        let current = Guarded<(thread: ObjectIdentifier, receiver: any BusReceiver, channels: [BusChannel])?>(nil)
        let early = Guarded<Set<Copy>>([])
        var mutation = Mutation()
        mutation.submit = { bus, payload, channel, completion in
            if let call = current({ $0 }), call.thread == Self.thread, call.channels.contains(channel) {
                early { _ = $0.insert(Copy(channel: channel, payload: payload)) }
                call.receiver.received(.message(BusMessage(channel: channel, payload: payload)))
            }
            bus.submit(payload, to: channel, completion: completion)
        }
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let proxy = FilteringReceiver(receiver) { event in
                if case .message(let message) = event,
                    early({ $0.remove(Copy(channel: message.channel, payload: message.payload)) }) != nil
                {
                    return []
                }
                current { $0 = (Self.thread, receiver, channels) }
                receiver.received(event)
                current { $0 = nil }
                return []
            }
            return try bus.subscribe(to: channels, options: options, receiver: proxy)
        }
        return mutation
    }

    @Sendable private static func losesInner() -> Mutation {
        let current = Guarded<ObjectIdentifier?>(nil)
        var mutation = Mutation()
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let isInner = current { $0 } == Self.thread
            let proxy = FilteringReceiver(receiver) { event in
                if isInner { return [] }
                current { $0 = Self.thread }
                receiver.received(event)
                current { $0 = nil }
                return []
            }
            return try bus.subscribe(to: channels, options: options, receiver: proxy)
        }
        return mutation
    }

    private static var thread: ObjectIdentifier { ObjectIdentifier(Thread.current) }

    /// Tells the bus's receivers about the end of a read from the thread of whoever publishes.
    @Sendable private static func overlaps() -> Mutation {
        let receivers = Guarded<[ObjectIdentifier: @Sendable () -> Void]>([:])
        var mutation = Mutation()
        mutation.submit = { bus, payload, channel, completion in
            bus.submit(payload, to: channel, completion: completion)
            for readCompleted in receivers({ Array($0.values) }) {
                for _ in 0..<20 { readCompleted() }
            }
        }
        mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
            let id = ObjectIdentifier(receiver)
            receivers { [weak receiver] in $0[id] = { [weak receiver] in receiver?.readCompleted() } }
            let base = try bus.subscribe(to: channels, options: options, receiver: receiver)
            return MutantSubscription(
                base,
                onCancel: { base in
                    receivers { $0[id] = nil }
                    base.cancel()
                }
            )
        }
        return mutation
    }
}
