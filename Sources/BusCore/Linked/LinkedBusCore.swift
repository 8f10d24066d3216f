import BitCollections
import Logging
import NIOCore

/// What a ``LinkedBus`` knows, and what it does in one turn: asks the machines what follows, and does it.
///
/// A turn handles some commands or events; its end sends what they prepared, then tells outcomes and receivers. One value holds
/// everything, so that a turn is one access to it. Receivers and completions that call the bus from inside a turn only reach the
/// mailbox.
struct LinkedBusCore: ~Copyable {
    let executor: any BusExecutor
    let configuration: LinkedBusConfiguration
    let logger: Logger
    var linkParts: [BusLinkPart]
    let board: StateBoard
    let counters: BusCounters
    let echo: EchoSlot
    /// The owner of this value, not weak: that would make every retain of the driver slow.
    unowned var driver: LinkedBusDriver?
    /// Nil when the bus is closed: the link holds the driver, and this lets both go.
    var link: (any BusLink)?

    var table: SubscriptionTable
    var receivers = ReceiverTable()
    var parts: [PartMachine]
    var windows: [PublishWindow]
    var probe: ProbeMachine
    var outage = OutageMachine()
    var deadlines = DeadlineQueue()
    var random: SplitMix64
    var needs = TurnNeeds.all
    var isClosed = false
    /// An outage has begun that has not been logged: its parts are lost one after the other, and the log is to name all.
    var owesOutageReport = false
    /// Nodes that ought to be heard and are not, by the names operators know them by.
    var silentPeers: [String] = []

    var outcomes: [PublishOutcome] = []
    var healthWaiters: [@Sendable (BusHealth) -> Void] = []
    var barriers: [@Sendable () -> Void] = []
    private var settledPublishes = 0
    private var settledBytes = 0
    private(set) var armedAt: NIODeadline = .distantFuture
    /// The route of every channel, where the link has no choice.
    var singleRoute: BusRoute?

    /// An outcome to tell when the turn is over.
    struct PublishOutcome {
        var completion: PublishCompletion
        var result: Result<PublishReceipt, BusError>
    }

    init(
        link: any BusLink,
        executor: any BusExecutor,
        configuration: LinkedBusConfiguration,
        board: StateBoard,
        counters: BusCounters,
        echo: EchoSlot,
        logger: Logger
    ) {
        let linkParts = link.parts
        precondition(linkParts.contains { $0.publishes }, "A link needs a part that publishes.")
        precondition(linkParts.contains { $0.subscribes }, "A link needs a part that subscribes.")
        self.link = link
        self.executor = executor
        self.configuration = configuration
        self.board = board
        self.counters = counters
        self.echo = echo
        self.logger = logger
        self.linkParts = linkParts
        self.table = SubscriptionTable(parts: linkParts.count, configuration: configuration)
        self.parts = linkParts.map { _ in PartMachine(configuration) }
        self.windows = linkParts.map { _ in PublishWindow() }
        self.probe = ProbeMachine(configuration)
        self.random = SplitMix64(seed: configuration.seed ?? .random(in: .min ... .max))
        self.singleRoute = Self.singleRoute(of: linkParts)
    }

    static func singleRoute(of parts: [BusLinkPart]) -> BusRoute? {
        let publishing = parts.indices.filter { parts[$0].publishes }
        let subscribing = parts.indices.filter { parts[$0].subscribes }
        guard publishing.count == 1, subscribing.count == 1 else { return nil }
        return BusRoute(publishing: publishing[0], subscribing: subscribing[0])
    }

    // MARK: Turns

    /// Does the commands of one turn.
    mutating func handle(_ commands: [BusCommand]) {
        for command in commands {
            switch command {
            case .publish(let publish): self.publish(publish)
            case .message(let message, let part): self.deliver(message, from: part)
            case .published(let token, let receivers, let part): self.published(token, receivers: receivers, on: part)
            default: self.perform(command)
            }
        }
        self.finishTurn()
    }

    /// Does a publish as a turn of its own, on a node that was idle.
    mutating func publishAlone(_ publish: PendingPublish) {
        self.echo.isOpen = true
        self.publish(publish)
        if let message = self.echo.take() { self.deliver(message, from: nil) }
        self.finishTurn()
    }

    /// Sends what the turn prepared, settles its counts, and only then tells everybody.
    mutating func finishTurn() {
        if self.needs.contains(.clock) { self.runDue() }
        if self.needs.contains(.commands) { self.sendSubscriptions() }
        self.link?.flush()
        self.stampPublishes()
        if self.needs.contains(.state) {
            self.counters.channels.set(self.table.count)
            self.refreshState()
        }
        if !self.outcomes.isEmpty { self.tellOutcomes() }
        self.receivers.completeRead()
        if !self.barriers.isEmpty { self.passBarriers() }
        if self.isClosed {
            self.link = nil
            self.receivers = ReceiverTable()
        } else if self.needs.contains(.timer) {
            self.arm()
        }
        self.needs = []
    }

    private mutating func sendSubscriptions() {
        for part in self.linkParts.indices {
            for command in self.table.nextCommands(part) {
                switch command {
                case .subscribe(let requests): self.link?.subscribe(requests, on: part)
                case .unsubscribe(let channels): self.link?.unsubscribe(channels, on: part)
                }
            }
        }
    }

    private mutating func stampPublishes() {
        for part in self.windows.indices where self.windows[part].needsStamp {
            self.windows[part].stamp(self.executor.now + TimeAmount(self.configuration.publishDeadline))
            self.needs.insert(.timer)
        }
    }

    private mutating func tellOutcomes() {
        self.counters.settledPublishes.add(self.settledPublishes)
        self.counters.settledBytes.add(self.settledBytes)
        self.settledPublishes = 0
        self.settledBytes = 0
        for outcome in self.outcomes { outcome.completion(outcome.result) }
        self.outcomes.removeAll(keepingCapacity: true)
    }

    private mutating func passBarriers() {
        for barrier in self.barriers { barrier() }
        self.barriers = []
    }

    // MARK: Used by what follows in other files

    /// Notes the outcome of a publish that had been counted as in flight.
    mutating func conclude(
        _ completion: @escaping PublishCompletion,
        bytes: Int,
        _ result: Result<PublishReceipt, BusError>
    ) {
        self.settledPublishes += 1
        self.settledBytes += bytes
        self.outcomes.append(PublishOutcome(completion: completion, result: result))
    }

    /// Gives one event to one subscriber, and remembers that its receiver is to hear of the end of the read.
    mutating func give(_ event: BusEvent, to subscriber: ChannelEntry.Subscriber) {
        guard !subscriber.subscription.isCancelled else { return }
        subscriber.subscription.receiver.received(event)
        self.receivers.touch(subscriber.receiver)
    }

    func route(of channel: BusChannel) -> BusRoute {
        self.singleRoute ?? self.link?.route(of: channel) ?? BusRoute(publishing: 0, subscribing: 0)
    }

    // MARK: Timers

    /// Sets a timer for the next deadline, unless one is set that comes no later.
    private mutating func arm() {
        var next = self.probe.nextDeadline
        for part in self.parts { next = min(next, part.nextDeadline ?? .distantFuture) }
        for window in self.windows { next = min(next, window.nextDeadline ?? .distantFuture) }
        next = min(next, self.deadlines.next ?? .distantFuture)
        guard next < self.armedAt, let driver = self.driver else { return }
        let deadline = next
        self.armedAt = deadline
        self.executor.schedule(at: deadline) { driver.post(.tick(deadline)) }
    }

    /// A timer went off.
    ///
    /// A later one that an earlier one has replaced means nothing.
    mutating func tick(_ deadline: NIODeadline) {
        guard deadline == self.armedAt else { return }
        self.needs.formUnion(.all)
        self.timerIsDue(self.executor.now)
    }

    /// The timer is due, whether it has come or something else looks at deadlines before it.
    ///
    /// When it is far too late, every deadline is moved by what this process has lost.
    mutating func timerIsDue(_ now: NIODeadline) {
        let lateness = now - self.armedAt
        self.armedAt = .distantFuture
        self.needs.insert(.timer)
        if lateness > Self.ownStall { self.postpone(by: lateness + Self.ownStall) }
    }

    /// A timer that comes later than this was held up by this process: it was stopped, or its thread was busy.
    private static let ownStall = TimeAmount.milliseconds(250)

    /// Gives the backend the time that this process has lost: its answers may lie in the socket, unread.
    private mutating func postpone(by time: TimeAmount) {
        for part in self.parts.indices {
            self.parts[part].postpone(by: time)
            self.windows[part].postpone(by: time)
        }
        self.probe.postpone(by: time)
    }

    /// Asks for a probe in this turn.
    mutating func hastenProbe(_ now: NIODeadline) {
        self.probe.hasten(now)
        self.needs.formUnion([.clock, .timer])
    }
}
