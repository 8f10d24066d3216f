package import NIOCore
import Synchronization

/// The way to a loop from any thread: a mailbox that the loop empties in one go.
///
/// The first to put something in schedules one drain; until it runs, others only append.
package final class ShardPort: Sendable {
    private struct Mailbox {
        var items: [ShardItem] = []
        /// How many bytes of messages from the bus are among them.
        var stagedBytes = 0
        var isScheduled = false
        var isStaged = false
    }

    /// What became of something that was staged.
    package enum Staging: Sendable {
        case staged
        /// The caller must see to ``ShardPort/handOver()``.
        case first
        /// The loop does not keep up with the bus: dropped.
        case full
    }

    /// How much may wait for a loop that does not run: more than any loop gets behind unless it is blocked.
    static let maximumItems = 65_536
    static let maximumStagedBytes = 64 * 1024 * 1024

    package let eventLoop: any EventLoop
    private let mailbox = Mutex(Mailbox())
    private let shard: NIOLoopBound<LoopShard>

    /// Makes a shard and the way to it.
    ///
    /// Must be called on the loop.
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

    /// Adds a message of the bus without waking the loop: ``handOver()`` does that.
    ///
    /// - Parameters:
    ///   - item: What to do.
    ///   - size: The size of the message in bytes.
    /// - Returns: What became of it.
    package func stage(_ item: ShardItem, size: Int) -> Staging {
        self.mailbox.withLock { mailbox in
            guard mailbox.items.count < Self.maximumItems, mailbox.stagedBytes < Self.maximumStagedBytes else {
                return .full
            }
            mailbox.items.append(item)
            mailbox.stagedBytes += size
            guard !mailbox.isScheduled, !mailbox.isStaged else { return .staged }
            mailbox.isStaged = true
            return .first
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

    /// Takes everything out.
    ///
    /// Whatever comes later schedules the next drain.
    func take() -> [ShardItem] {
        self.mailbox.withLock { mailbox in
            defer {
                mailbox.items = []
                mailbox.stagedBytes = 0
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
