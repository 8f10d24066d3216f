import BusCore
import NIOCore

/// What one receiver has seen, in order, with the counts that conditions ask for.
struct Recording: Sendable {
    struct Key: Hashable, Sendable {
        var channel: BusChannel
        var stamp: Stamp
    }

    enum Entry: Sendable {
        case message(BusChannel, Stamp?)
        case gap(BusGap)
        case ended(BusChannel, BusError.Code)
    }

    private(set) var entries: [Entry] = []
    /// How often each stamped message arrived.
    private(set) var copies: [Key: Int] = [:]
    /// Messages of any kind.
    private(set) var messages = 0
    private(set) var gaps: [BusChannel: Int] = [:]
    private(set) var ended: [BusChannel: BusError.Code] = [:]
    /// Channels with a message.
    private(set) var delivering: Set<BusChannel> = []
    /// Channels with a message or a gap.
    private(set) var covered: Set<BusChannel> = []

    /// How many different stamped messages arrived.
    var distinct: Int { self.copies.count }

    mutating func record(_ event: BusEvent) {
        switch event {
        case .message(let message):
            let stamp = Stamp(message.payload)
            self.entries.append(.message(message.channel, stamp))
            self.messages += 1
            self.delivering.insert(message.channel)
            self.covered.insert(message.channel)
            if let stamp { self.copies[Key(channel: message.channel, stamp: stamp), default: 0] += 1 }
        case .gap(let gap):
            self.entries.append(.gap(gap))
            self.gaps[gap.channel, default: 0] += 1
            self.covered.insert(gap.channel)
        case .ended(let channel, let error):
            self.entries.append(.ended(channel, error.code))
            self.ended[channel] = error.code
        }
    }

    func count(of stamp: Stamp, on channel: BusChannel) -> Int {
        self.copies[Key(channel: channel, stamp: stamp)] ?? 0
    }

    func has(_ sent: Sent) -> Bool {
        self.count(of: sent.stamp, on: sent.channel) > 0
    }
}
