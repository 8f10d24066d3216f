import BusCore
import DequeModule
import NIOCore

/// The connections of one hub on one event loop, and everything that happens to them there.
///
/// Confined to the loop; other threads reach it through its ``ShardPort``.
final class LoopShard {
    let core: HubCore
    let eventLoop: any EventLoop
    /// The way to this shard, which keeps it alive; nil only while both are being made.
    weak var port: ShardPort?
    var connections = SlotTable<HubConnection>()
    var groups: [BusChannel: SlotSet] = [:]
    private var wheel = TimerWheel()
    private var ticker: RepeatedTask?

    private var backlog = Deque<ShardItem>()
    private var run: BroadcastRun?
    private var isContinuationScheduled = false
    private var isDraining = false

    private var unflushed: [HubConnection] = []
    private var isFlushScheduled = false

    /// How many writes one turn of the loop does before reads and pings get their turn.
    static let writesPerTurn = 512

    /// How long the loop gets for reading between two turns.
    ///
    /// NIO runs everything that is due before it looks at sockets again, so the next turn must lie in the future.
    private static let pause = TimeAmount.microseconds(50)

    init(core: HubCore, eventLoop: any EventLoop) {
        self.core = core
        self.eventLoop = eventLoop
    }

    /// The present tick of the loop's clock.
    var now: UInt32 { self.wheel.now }

    // MARK: The mailbox

    /// Does what other threads want done.
    ///
    /// While an earlier turn still has work left, mail stays in the mailbox, whose bounds count it.
    func drain() {
        if !self.isContinuationScheduled { self.work() }
    }

    private func work() {
        self.isDraining = true
        var budget = Self.writesPerTurn
        while budget > 0 {
            if self.run != nil {
                self.continueRun(&budget)
            } else if let item = self.nextItem() {
                self.perform(item, &budget)
            } else {
                break
            }
        }
        self.isDraining = false
        self.flush()
        guard self.run != nil || !self.backlog.isEmpty else { return }
        self.isContinuationScheduled = true
        self.eventLoop.assumeIsolated().scheduleTask(in: Self.pause) {
            self.isContinuationScheduled = false
            self.work()
        }
    }

    private func nextItem() -> ShardItem? {
        if self.backlog.isEmpty { self.backlog = Deque(self.port?.take() ?? []) }
        return self.backlog.popFirst()
    }

    private func perform(_ item: ShardItem, _ budget: inout Int) {
        if case .broadcast(let broadcast) = item {
            self.begin(broadcast, &budget)
        } else {
            budget -= 1
            self.perform(item)
        }
    }

    // MARK: Broadcasts

    private func begin(_ broadcast: Broadcast, _ budget: inout Int) {
        var run = BroadcastRun(broadcast, codecs: self.core.codecs.count)
        self.join(&run, &budget)
        run.setRecipients(self.recipients(of: broadcast))
        self.run = run
        self.continueRun(&budget)
    }

    /// Adds the broadcasts that follow and have the same recipients.
    ///
    /// The ends of the invocations that sent them stand between them in the mailbox and may overtake them: they are done on
    /// the way, so that broadcasts of methods join at all, and the callers' next invocations run while the loop writes.
    /// Everything else keeps its place, and ends the run.
    private func join(_ run: inout BroadcastRun, _ budget: inout Int) {
        while let next = self.backlog.first {
            switch next {
            case .broadcast(let broadcast):
                guard run.join(broadcast) else { return }
                self.backlog.removeFirst()
            case .finished:
                self.backlog.removeFirst()
                self.perform(next)
                budget -= 1
            default:
                return
            }
        }
    }

    private func continueRun(_ budget: inout Int) {
        guard var run = self.run.take() else { return }
        while budget > 0 {
            guard let connection = run.nextRecipient() else {
                run.broadcast.report?.delivered(run.delivered)
                return
            }
            budget -= 1
            guard connection.isDeliverable else { continue }
            if let frame = run.frame(connection.format) {
                connection.write(frame)
                run.countDelivery()
            } else {
                self.core.counters.missingProtocol()
            }
        }
        self.run = run
    }

    private func recipients(of broadcast: Broadcast) -> [HubConnection] {
        let connections: [HubConnection]
        switch broadcast.audience {
        case .everyone:
            connections = self.connections.elements.compactMap { $0 }
        case .members(let channel):
            guard let slots = self.groups[channel] else { return [] }
            connections = slots.members.compactMap { self.connections[Int($0)] }
        }
        if broadcast.excluded.isEmpty { return connections }
        let excluded = Set(broadcast.excluded.map(UTF8Key.init))
        return connections.filter { !excluded.contains(UTF8Key($0.id)) }
    }

    // MARK: Flushing

    /// Sees to it that what was written to a connection is sent by the end of the turn.
    func flushLater(_ connection: HubConnection) {
        self.unflushed.append(connection)
        guard !self.isDraining, !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        self.eventLoop.assumeIsolated().execute {
            self.isFlushScheduled = false
            self.flush()
        }
    }

    private func flush() {
        let connections = self.unflushed
        self.unflushed = []
        for connection in connections { connection.flush() }
    }

    // MARK: Time

    /// Has a connection's ``HubConnection/tick(_:)`` called at a tick.
    ///
    /// - Returns: When it will be called.
    func remind(_ connection: HubConnection, at tick: UInt32) -> UInt32 {
        self.wheel.remind(UInt32(connection.slot), at: tick)
    }

    func startTicking() {
        guard self.ticker == nil else { return }
        let shard = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.ticker = self.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            shard.value.tick()
        }
    }

    func stopTickingIfEmpty() {
        guard self.connections.count == 0 else { return }
        self.ticker?.cancel()
        self.ticker = nil
    }

    private func tick() {
        for slot in self.wheel.advance() {
            self.connections[Int(slot)]?.reminded(self.wheel.now)
        }
    }
}
