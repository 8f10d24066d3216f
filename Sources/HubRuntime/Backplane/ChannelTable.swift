package import BusCore

/// Which loops have members of which channels, and what has to be done so that the bus knows.
///
/// A value without I/O: changes return what the caller has to do once it has left the lock, and the caller reports back.
/// For each channel at most one caller works at a time, so that a subscription is cancelled before the next one of the same
/// channel is made, and no message arrives twice. Others do not wait for that; who needs the subscription leaves a waiter.
package struct ChannelTable<Member: AnyObject, Waiter> {
    /// The members of one channel on one loop.
    package struct Share {
        package let member: Member
        package var count: Int
    }

    /// What the caller must do now, outside the lock.
    package enum Action {
        case none
        /// Subscribe, then call ``subscribed(_:_:)``.
        case subscribe
        /// Cancel, then call ``cancelled(_:)``.
        case cancel(any BusSubscription)
    }

    private struct Entry {
        var shares: [Share] = []
        var subscription: (any BusSubscription)?
        var isWorking = false
        var waiters: [Waiter] = []
    }

    private var entries: [BusChannel: Entry] = [:]

    package init() {}

    package var count: Int { self.entries.count }

    /// The loops that have members of a channel.
    package func shares(of channel: BusChannel) -> [Share] {
        self.entries[channel]?.shares ?? []
    }

    /// Counts a member.
    package mutating func join(_ channel: BusChannel, _ member: Member) -> Action {
        var entry = self.entries[channel] ?? Entry()
        defer { self.entries[channel] = entry }
        if let index = entry.shares.firstIndex(where: { $0.member === member }) {
            entry.shares[index].count += 1
        } else {
            entry.shares.append(Share(member: member, count: 1))
        }
        if entry.isWorking || entry.subscription != nil { return .none }
        entry.isWorking = true
        return .subscribe
    }

    /// Leaves word for when the subscription of a channel has been made.
    ///
    /// - Returns: The subscription if there is one by now, or false in `waits` if nobody will make one.
    package mutating func addWaiter(
        _ waiter: Waiter,
        to channel: BusChannel
    ) -> (subscription: (any BusSubscription)?, waits: Bool) {
        guard let entry = self.entries[channel] else { return (nil, false) }
        if !entry.isWorking { return (entry.subscription, false) }
        self.entries[channel]?.waiters.append(waiter)
        return (nil, true)
    }

    /// Takes a member out.
    package mutating func leave(_ channel: BusChannel, _ member: Member) -> Action {
        guard var entry = self.entries[channel],
            let index = entry.shares.firstIndex(where: { $0.member === member })
        else { return .none }
        entry.shares[index].count -= 1
        if entry.shares[index].count == 0 { entry.shares.remove(at: index) }
        guard entry.shares.isEmpty, !entry.isWorking else {
            self.entries[channel] = entry
            return .none
        }
        guard let subscription = entry.subscription else {
            self.entries[channel] = nil
            return .none
        }
        entry.subscription = nil
        entry.isWorking = true
        self.entries[channel] = entry
        return .cancel(subscription)
    }

    /// Takes the subscription that ``Action/subscribe`` asked for; nil if the bus refused it.
    package mutating func subscribed(
        _ channel: BusChannel,
        _ subscription: (any BusSubscription)?
    ) -> (waiters: [Waiter], next: Action) {
        guard var entry = self.entries[channel] else { return ([], subscription.map { .cancel($0) } ?? .none) }
        let waiters = entry.waiters
        entry.waiters = []
        guard entry.shares.isEmpty || subscription == nil else {
            entry.subscription = subscription
            entry.isWorking = false
            self.entries[channel] = entry
            return (waiters, .none)
        }
        guard let subscription else {
            // Refused: members may stay for local messages, and the next one to join tries again.
            entry.isWorking = false
            self.entries[channel] = entry.shares.isEmpty ? nil : entry
            return (waiters, .none)
        }
        self.entries[channel] = entry
        return (waiters, .cancel(subscription))
    }

    /// Takes the news that ``Action/cancel(_:)`` was done.
    package mutating func cancelled(_ channel: BusChannel) -> Action {
        guard let entry = self.entries[channel] else { return .none }
        if entry.shares.isEmpty, entry.waiters.isEmpty {
            self.entries[channel] = nil
            return .none
        }
        return .subscribe
    }

    /// Forgets everything.
    ///
    /// - Returns: The subscriptions to cancel, and who waits for one.
    package mutating func removeAll() -> (subscriptions: [any BusSubscription], waiters: [Waiter]) {
        defer { self.entries = [:] }
        return (self.entries.values.compactMap(\.subscription), self.entries.values.flatMap(\.waiters))
    }
}
