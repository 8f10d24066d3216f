import BusCore
import Foundation
import InMemoryBus
import NIOCore

extension Mutant {
    static let nameMutants: [Mutant] = [
        Mutant("truncates names to 63 bytes", fails: ["name.length"]) {
            renames { BusChannel(bytes: $0.bytes.readableBytesView.prefix(63)) }
        },
        Mutant("folds the case of names", fails: ["name.case"]) {
            renames { channel in
                BusChannel(bytes: channel.bytes.readableBytesView.map { $0 >= 0x41 && $0 <= 0x5A ? $0 + 0x20 : $0 })
            }
        },
        Mutant("merges names that differ in normalisation only", fails: ["name.case"]) {
            renames { channel in
                guard let name = channel.bytes.getString(at: channel.bytes.readerIndex, length: channel.count),
                    Array(name.utf8) == Array(channel.bytes.readableBytesView)
                else { return channel }
                return BusChannel(name.precomposedStringWithCanonicalMapping)
            }
        },
        Mutant("treats * as a pattern", fails: ["name.literal"], matchesStars),
        Mutant("has no namespaces", fails: ["deliver.namespaces"], isPrefixed: false) { { _ in Mutation() } },
    ]

    /// Uses other names towards the backend, and the subscriber's own towards the subscriber.
    @Sendable private static func renames(
        _ rename: @escaping @Sendable (BusChannel) -> BusChannel
    ) -> @Sendable (InMemoryBus) -> Mutation {
        { _ in
            var mutation = Mutation()
            mutation.submit = { bus, payload, channel, completion in
                let isValid = channel.count <= bus.limits.maximumChannelBytes
                bus.submit(payload, to: isValid ? rename(channel) : channel, completion: completion)
            }
            mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
                for channel in channels where channel.count > bus.limits.maximumChannelBytes {
                    throw BusError(.invalidChannel, "too long")
                }
                var own: [BusChannel: BusChannel] = [:]
                for channel in channels { own[rename(channel)] = channel }
                let names = own
                let proxy = FilteringReceiver(receiver) { [names[$0.channel].map($0.renamed) ?? $0] }
                return try bus.subscribe(to: channels.map(rename), options: options, receiver: proxy)
            }
            return mutation
        }
    }

    /// What is subscribed to a name that ends in a star gets whatever begins with the rest.
    @Sendable private static func matchesStars() -> @Sendable (InMemoryBus) -> Mutation {
        let patterns = Guarded<Set<BusChannel>>([])
        return { _ in
            var mutation = Mutation()
            mutation.submit = { bus, payload, channel, completion in
                let matching = patterns { patterns in
                    patterns.filter { $0 != channel && channel.bytes.readableBytesView.starts(with: $0.stem) }
                }
                for pattern in matching { bus.submit(payload, to: pattern) { _ in } }
                bus.submit(payload, to: channel, completion: completion)
            }
            mutation.subscribe = { (bus, channels, options, receiver) throws(BusError) in
                patterns { $0.formUnion(channels.filter { $0.bytes.readableBytesView.last == UInt8(ascii: "*") }) }
                return try bus.subscribe(to: channels, options: options, receiver: receiver)
            }
            return mutation
        }
    }
}

extension BusChannel {
    fileprivate var stem: [UInt8] { self.bytes.readableBytesView.dropLast() }
}

extension BusEvent {
    fileprivate func renamed(_ channel: BusChannel) -> BusEvent {
        switch self {
        case .message(let message): .message(BusMessage(channel: channel, payload: message.payload))
        case .gap(let gap): .gap(BusGap(channel: channel, reason: gap.reason, count: gap.count))
        case .ended(_, let error): .ended(channel, error)
        }
    }
}
