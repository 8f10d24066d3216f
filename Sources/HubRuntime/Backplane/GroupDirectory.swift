package import BusCore
import Synchronization

/// The channels in which connections of this node are interested: one bus subscription each, and the loops to deliver to.
///
/// Joins of different channels, and of the same one, go on side by side: nothing is held across a round trip.
package final class GroupDirectory: Sendable {
    package typealias Share = ChannelTable<ShardPort, Waiter>.Share
    package typealias Waiter = CheckedContinuation<(any BusSubscription)?, Never>

    private let bus: any MessageBus
    private let table = Mutex(ChannelTable<ShardPort, Waiter>())

    package init(bus: any MessageBus) {
        self.bus = bus
    }

    /// How many channels have members, or are about to be given up.
    package var channelCount: Int { self.table.withLock { $0.count } }

    /// The loops that have members of a channel.
    package func shares(of channel: BusChannel) -> [Share] {
        self.table.withLock { $0.shares(of: channel) }
    }

    /// Counts a member, and subscribes if it is the first.
    ///
    /// Does not wait: ``subscription(of:)`` gives what to wait for.
    package func join(_ channel: BusChannel, _ port: ShardPort, receiver: any BusReceiver) {
        let action = self.table.withLock { $0.join(channel, port) }
        self.perform(action, channel, receiver)
    }

    /// Takes a member out, and cancels the subscription if it was the last.
    package func leave(_ channel: BusChannel, _ port: ShardPort, receiver: any BusReceiver) {
        let action = self.table.withLock { $0.leave(channel, port) }
        self.perform(action, channel, receiver)
    }

    /// The subscription of a channel that has a member; nil if the bus refused it or the last member has left.
    package func subscription(of channel: BusChannel) async -> (any BusSubscription)? {
        await withCheckedContinuation { continuation in
            let (subscription, waits) = self.table.withLock { $0.addWaiter(continuation, to: channel) }
            if !waits { continuation.resume(returning: subscription) }
        }
    }

    /// Gives up every subscription.
    package func close() {
        let (subscriptions, waiters) = self.table.withLock { $0.removeAll() }
        for waiter in waiters { waiter.resume(returning: nil) }
        for subscription in subscriptions { subscription.cancel() }
    }

    private func perform(
        _ action: ChannelTable<ShardPort, Waiter>.Action,
        _ channel: BusChannel,
        _ receiver: any BusReceiver
    ) {
        var action = action
        while true {
            switch action {
            case .none:
                return
            case .subscribe:
                // Groups are joined and left all the time, and users reconnect.
                let options = BusSubscriptionOptions(release: .deferred)
                let made = try? self.bus.subscribe(to: [channel], options: options, receiver: receiver)
                let (waiters, next) = self.table.withLock { $0.subscribed(channel, made) }
                for waiter in waiters { waiter.resume(returning: made) }
                action = next
            case .cancel(let subscription):
                subscription.cancel()
                action = self.table.withLock { $0.cancelled(channel) }
            }
        }
    }
}
