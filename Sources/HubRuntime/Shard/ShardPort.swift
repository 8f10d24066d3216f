package import NIOCore
import Synchronization

/// The way to a loop from any thread: a mailbox that the loop empties in one go.
///
/// The first to put something in schedules one drain; until it runs, others only append.
package final class ShardPort: Sendable {
    private struct Mailbox {
        var items: [ShardItem] = []
        var isScheduled = false
        var isStaged = false
    }

    package let eventLoop: any EventLoop
    private let mailbox = Mutex(Mailbox())
    private let shard: NIOLoopBound<LoopShard>

    /// Makes a shard and the way to it. Must be called on the loop.
    init(core: HubCore, on eventLoop: any EventLoop) {
        let shard = LoopShard(core: core, eventLoop: eventLoop)
        self.eventLoop = eventLoop
        self.shard = NIOLoopBound(shard, eventLoop: eventLoop)
        shard.port = self
    }

    /// The shard, for callers on the loop.
    var loopShard: LoopShard { self.shard.value }

    /// Adds something to do.
    package func append(_ item: ShardItem) {
        let isFirst = self.mailbox.withLock { mailbox in
            mailbox.items.append(item)
            return Self.schedule(&mailbox)
        }
        if isFirst { self.scheduleDrain() }
    }

    /// Adds something to do without waking the loop: ``handOver()`` does that.
    ///
    /// - Returns: Whether the caller must see to ``handOver()``.
    package func stage(_ item: ShardItem) -> Bool {
        self.mailbox.withLock { mailbox in
            mailbox.items.append(item)
            guard !mailbox.isScheduled, !mailbox.isStaged else { return false }
            mailbox.isStaged = true
            return true
        }
    }

    /// Wakes the loop for what was staged.
    package func handOver() {
        let isFirst = self.mailbox.withLock { mailbox in
            mailbox.isStaged = false
            return mailbox.items.isEmpty ? false : Self.schedule(&mailbox)
        }
        if isFirst { self.scheduleDrain() }
    }

    /// Takes everything out. Whatever comes later schedules the next drain.
    func take() -> [ShardItem] {
        self.mailbox.withLock { mailbox in
            defer {
                mailbox.items = []
                mailbox.isScheduled = false
            }
            return mailbox.items
        }
    }

    private static func schedule(_ mailbox: inout Mailbox) -> Bool {
        guard !mailbox.isScheduled else { return false }
        mailbox.isScheduled = true
        return true
    }

    private func scheduleDrain() {
        self.eventLoop.execute { [shard] in shard.value.drain() }
    }
}
