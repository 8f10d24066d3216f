import Logging
import NIOCore

/// Runs a ``LinkedBus``: takes commands and events one at a time, asks the machines what follows, and does it.
///
/// `@unchecked Sendable`: `mailbox`, `board` and the constants are safe to share; everything else is touched only in the driver's
/// context, which is one call at a time: a drain, of which the mailbox lets only one run, or the executor's own thread.
final class LinkedBusDriver: @unchecked Sendable {
    let executor: any BusExecutor
    let configuration: LinkedBusConfiguration
    let logger: Logger
    let linkParts: [BusLinkPart]
    let mailbox: BusMailbox
    let board = StateBoard(.connecting)

    // What follows belongs to the driver's context.
    /// Nil when the bus is closed: the link holds the driver, and this lets both go.
    var link: (any BusLink)?
    var table: SubscriptionTable
    var parts: [PartMachine]
    var windows: [PublishWindow]
    var probe: ProbeMachine
    var outage = OutageMachine()
    var deadlines = DeadlineQueue()
    var random: SplitMix64
    var statistics = BusStatistics()
    var handles: [ObjectIdentifier: ReceiverHandle] = [:]
    var healthWaiters: [CheckedContinuation<BusHealth, Never>] = []
    var barriers: [CheckedContinuation<Void, Never>] = []
    var isClosed = false
    private var isBusy = false
    private var batch: [BusCommand] = []
    private var spareOutcomes: [PublishOutcome] = []
    var outcomes: [PublishOutcome] = []
    private var touched: [ReceiverHandle] = []
    private var settledPublishes = 0
    private var settledBytes = 0
    private var armedAt: NIODeadline = .distantFuture
    /// Something may have become due: the clock is read in this turn. Turns of the hot path do not read it.
    var mayBeDue = true
    /// The route of every channel, where the link has no choice.
    private let singleRoute: BusRoute?

    /// An outcome to tell when the turn is over.
    struct PublishOutcome {
        var completion: PublishCompletion
        var result: Result<PublishReceipt, BusError>
    }

    init(link: any BusLink, executor: any BusExecutor, configuration: LinkedBusConfiguration, logger: Logger) {
        self.link = link
        self.executor = executor
        self.configuration = configuration
        self.logger = logger
        let linkParts = link.parts
        precondition(linkParts.count <= 64, "A link has at most 64 parts.")
        self.linkParts = linkParts
        self.mailbox = BusMailbox(
            maximumPublishes: configuration.maximumPublishesInFlight,
            maximumBytes: configuration.maximumBytesInFlight
        )
        self.table = SubscriptionTable(parts: self.linkParts.count, configuration: configuration)
        self.parts = self.linkParts.map { _ in PartMachine(configuration) }
        self.windows = self.linkParts.map { _ in PublishWindow() }
        self.probe = ProbeMachine(configuration)
        self.random = SplitMix64(seed: configuration.seed ?? .random(in: .min ... .max))
        let publishing = linkParts.indices.filter { linkParts[$0].publishes }
        let subscribing = linkParts.indices.filter { linkParts[$0].subscribes }
        precondition(!publishing.isEmpty && !subscribing.isEmpty, "A link needs a part of each role.")
        self.singleRoute =
            publishing.count == 1 && subscribing.count == 1
            ? BusRoute(publishing: publishing[0], subscribing: subscribing[0]) : nil
    }

    // MARK: From any thread

    /// Queues a command, and starts a drain if none is under way.
    func post(_ command: BusCommand) {
        self.follow(self.mailbox.post(command))
    }

    /// Starts a drain if one is needed.
    func follow(_ posted: BusMailbox.Posted) {
        if case .schedule = posted { self.executor.execute { self.drain() } }
    }

    /// Takes an event of the link: at once in the driver's own context, otherwise through the mailbox.
    func report(_ event: LinkEvent) {
        guard self.executor.isCurrent, self.enter() else { return self.post(.event(event)) }
        self.handle(event)
        self.isBusy = false
    }

    func reportMessage(on channel: ByteBuffer, payload: ByteBuffer) {
        guard self.executor.isCurrent, self.enter() else {
            return self.post(.message(channel: channel, payload: payload))
        }
        self.deliver(on: channel, payload: payload)
        self.isBusy = false
    }

    func reportPublished(_ token: UInt64, receivers: Int?, on part: Int) {
        guard self.executor.isCurrent, self.enter() else {
            return self.post(.published(token: token, receivers: receivers, part: part))
        }
        self.published(token, receivers: receivers, on: part)
        self.isBusy = false
    }

    func reportReadCompleted() {
        guard self.executor.isCurrent, self.enter() else { return }
        self.finishTurn()
        self.isBusy = false
    }

    // MARK: Turns

    private func enter() -> Bool {
        guard !self.isBusy else { return false }
        self.isBusy = true
        return true
    }

    /// Works off the mailbox. On an event loop it makes room for the loop's other work after some rounds.
    private func drain() {
        var rounds = 0
        // When the mailbox is found empty, another thread may enter at once: nothing is touched after that.
        while self.mailbox.take(into: &self.batch) {
            self.isBusy = true
            for index in self.batch.indices { self.handle(self.batch[index]) }
            self.batch.removeAll(keepingCapacity: true)
            self.finishTurn()
            self.isBusy = false
            rounds += 1
            if rounds == 16, self.executor.isCurrent {
                return self.executor.execute { self.drain() }
            }
        }
    }

    /// Sends what the turn prepared, settles its counts, and only then tells everybody.
    private func finishTurn() {
        self.runDue()
        self.sendSubscriptions()
        self.link?.flush()
        self.stampPublishes()
        self.refreshState()
        self.settle()
        self.tellOutcomes()
        for handle in self.touched {
            handle.isTouched = false
            handle.receiver.readCompleted()
        }
        self.touched.removeAll(keepingCapacity: true)
        for barrier in self.barriers { barrier.resume() }
        self.barriers.removeAll()
        if self.isClosed { self.link = nil } else { self.arm() }
    }

    private func sendSubscriptions() {
        for part in self.linkParts.indices {
            for command in self.table.nextCommands(part) {
                switch command {
                case .subscribe(let requests): self.link?.subscribe(requests, on: part)
                case .unsubscribe(let channels): self.link?.unsubscribe(channels, on: part)
                }
            }
        }
    }

    private func stampPublishes() {
        for part in self.windows.indices where self.windows[part].needsStamp {
            self.windows[part].stamp(self.executor.now + TimeAmount(self.configuration.publishDeadline))
        }
    }

    private func settle() {
        self.statistics.channels = self.table.count
        self.mailbox.settle(publishes: self.settledPublishes, bytes: self.settledBytes, statistics: self.statistics)
        self.settledPublishes = 0
        self.settledBytes = 0
    }

    private func tellOutcomes() {
        guard !self.outcomes.isEmpty else { return }
        swap(&self.outcomes, &self.spareOutcomes)
        for outcome in self.spareOutcomes { outcome.completion(outcome.result) }
        self.spareOutcomes.removeAll(keepingCapacity: true)
    }

    // MARK: Used by what follows in other files

    /// Notes the outcome of a publish that had been counted as in flight.
    func conclude(_ completion: @escaping PublishCompletion, bytes: Int, _ result: Result<PublishReceipt, BusError>) {
        self.settledPublishes += 1
        self.settledBytes += bytes
        self.outcomes.append(PublishOutcome(completion: completion, result: result))
    }

    /// Gives one event to one subscriber, and remembers that its receiver is to hear of the end of the read.
    func give(_ event: BusEvent, to subscriber: ChannelEntry.Subscriber) {
        guard !subscriber.subscription.isCancelled else { return }
        subscriber.handle.receiver.received(event)
        self.touch(subscriber.handle)
    }

    func touch(_ handle: ReceiverHandle) {
        guard !handle.isTouched else { return }
        handle.isTouched = true
        self.touched.append(handle)
    }

    /// Sets a timer for the next deadline, unless one is set that comes no later.
    private func arm() {
        var next = self.probe.nextDeadline
        for part in self.parts { next = min(next, part.nextDeadline ?? .distantFuture) }
        for window in self.windows { next = min(next, window.nextDeadline ?? .distantFuture) }
        next = min(next, self.deadlines.next ?? .distantFuture)
        guard next < self.armedAt else { return }
        let deadline = next
        self.armedAt = deadline
        self.executor.schedule(at: deadline) { [weak self] in self?.post(.tick(deadline)) }
    }

    /// A timer went off. A later one that an earlier one has replaced means nothing.
    func tick(_ deadline: NIODeadline) {
        guard deadline == self.armedAt else { return }
        self.armedAt = .distantFuture
        self.mayBeDue = true
    }

    /// Asks for a probe in this turn.
    func hastenProbe(_ now: NIODeadline) {
        self.probe.hasten(now)
        self.mayBeDue = true
    }

    func route(of channel: BusChannel) -> BusRoute {
        self.singleRoute ?? self.link?.route(of: channel) ?? BusRoute(publishing: 0, subscribing: 0)
    }
}
