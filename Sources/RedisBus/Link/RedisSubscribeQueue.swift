import BusCore
import DequeModule
import NIOCore

/// The replies that a subscribing connection waits for, in the order of the commands.
struct RedisSubscribeQueue {
    /// What an error reply answers.
    enum Refused {
        /// Channels that were asked for in one command and have not been withdrawn since, and tokens of those that have.
        case subscribe([BusLinkSubscription], withdrawn: [UInt64])
        case unsubscribe
        case ping(token: UInt64)
        /// A channel of the link's own, as it stands on the wire.
        case own(ByteBuffer)
    }

    private enum Entry {
        case subscribe([BusLinkSubscription], next: Int, number: UInt64)
        case unsubscribe([BusChannel], next: Int)
        case ping(token: UInt64)
        case own(ByteBuffer)
    }

    private var entries: Deque<Entry> = []
    /// Counts commands, to know which came first.
    private var number: UInt64 = 0
    private var waitingSubscribes = 0
    /// The latest command that withdrew a channel while a SUBSCRIBE was unanswered.
    ///
    /// A refused SUBSCRIBE is asked again in halves, and must not bring back what has been withdrawn since.
    private var withdrawals: [BusChannel: UInt64] = [:]

    /// A SUBSCRIBE of these channels was written.
    mutating func append(subscribe requests: [BusLinkSubscription]) {
        self.number += 1
        self.waitingSubscribes += 1
        self.entries.append(.subscribe(requests, next: 0, number: self.number))
    }

    /// An UNSUBSCRIBE of these channels was written.
    mutating func append(unsubscribe channels: [BusChannel]) {
        self.number += 1
        self.entries.append(.unsubscribe(channels, next: 0))
        guard self.waitingSubscribes > 0 else { return }
        for channel in channels { self.withdrawals[channel] = self.number }
    }

    /// A PING was written.
    mutating func append(ping token: UInt64) {
        self.number += 1
        self.entries.append(.ping(token: token))
    }

    /// A SUBSCRIBE of a channel of the link's own was written.
    mutating func append(own channel: ByteBuffer) {
        self.number += 1
        self.entries.append(.own(channel))
    }

    /// A channel of the link's own was confirmed.
    ///
    /// - Parameter channel: The channel, as it stands on the wire.
    /// - Returns: Whether that is what was asked.
    mutating func subscribed(own channel: ByteBuffer) -> Bool {
        guard case .own(channel) = self.entries.first else { return false }
        self.entries.removeFirst()
        return true
    }

    /// A channel was confirmed; nil if that is not what was asked.
    mutating func subscribed() -> BusLinkSubscription? {
        guard case .subscribe(let requests, let next, let number) = self.entries.first, next < requests.count else {
            return nil
        }
        if next + 1 == requests.count {
            self.entries.removeFirst()
            self.endSubscribe()
        } else {
            self.entries[0] = .subscribe(requests, next: next + 1, number: number)
        }
        return requests[next]
    }

    /// A channel was unsubscribed.
    ///
    /// - Parameter channel: The name, as the bus knows it.
    /// - Returns: Whether that is what was asked.
    mutating func unsubscribed(_ channel: ByteBuffer) -> Bool {
        guard case .unsubscribe(let channels, let next) = self.entries.first, channels[next].bytes == channel else {
            return false
        }
        if next + 1 == channels.count {
            self.entries.removeFirst()
        } else {
            self.entries[0] = .unsubscribe(channels, next: next + 1)
        }
        return true
    }

    /// A PING was answered; its token, or nil if that is not what was asked.
    mutating func ponged() -> UInt64? {
        guard case .ping(let token) = self.entries.first else { return nil }
        self.entries.removeFirst()
        return token
    }

    /// An error came; nil if nothing was asked.
    mutating func refused() -> Refused? {
        guard let entry = self.entries.popFirst() else { return nil }
        switch entry {
        case .unsubscribe: return .unsubscribe
        case .ping(let token): return .ping(token: token)
        case .own(let channel): return .own(channel)
        case .subscribe(let requests, let next, let number):
            var wanted: [BusLinkSubscription] = []
            var withdrawn: [UInt64] = []
            for request in requests[next...] {
                if let latest = self.withdrawals[request.channel], latest > number {
                    withdrawn.append(request.token)
                } else {
                    wanted.append(request)
                }
            }
            self.endSubscribe()
            return .subscribe(wanted, withdrawn: withdrawn)
        }
    }

    private mutating func endSubscribe() {
        self.waitingSubscribes -= 1
        if self.waitingSubscribes == 0 { self.withdrawals.removeAll(keepingCapacity: false) }
    }
}
