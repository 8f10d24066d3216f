import Logging
import NIOCore
import Synchronization

/// Runs a ``LinkedBus``: takes commands and events one at a time and has the ``LinkedBusCore`` do them.
///
/// `@unchecked Sendable`: `core`, `echo` and `batch` are touched only in the driver's context, which is one call at a time: a drain, of
/// which the mailbox lets only one run, or the executor's own thread. Everything else is constant and safe to share.
final class LinkedBusDriver: @unchecked Sendable {
    let mailbox: BusMailbox
    let board: StateBoard
    private let echo = EchoSlot()
    private let executor: any BusExecutor
    /// Whether work runs on the thread that asks for it.
    private let isInline: Bool
    /// A turn is under way; what the executor's own thread reports meanwhile waits in the mailbox.
    private let isBusy = Atomic<Bool>(false)
    private var core: LinkedBusCore
    private var batch: [BusCommand] = []

    init(link: any BusLink, executor: any BusExecutor, configuration: LinkedBusConfiguration, logger: Logger) {
        let counters = BusCounters()
        self.executor = executor
        self.isInline = executor is InlineBusExecutor
        self.board = StateBoard(.connecting)
        self.mailbox = BusMailbox(
            counters: counters,
            maximumPublishes: configuration.maximumPublishesInFlight,
            maximumBytes: configuration.maximumBytesInFlight
        )
        self.core = LinkedBusCore(
            link: link,
            executor: executor,
            configuration: configuration,
            board: self.board,
            counters: counters,
            echo: self.echo,
            logger: logger
        )
        self.core.driver = self
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

    /// Publishes: at once on this thread if that is where the bus runs and nobody else is at work.
    func submit(_ publish: PendingPublish) {
        switch self.mailbox.post(publish, mayBeDirect: self.isInline) {
        case .queued: break
        case .schedule: self.executor.execute { self.drain() }
        case .refused(let error): publish.completion(.failure(error))
        case .direct:
            self.isBusy.store(true, ordering: .relaxed)
            self.core.publishAlone(publish)
            self.isBusy.store(false, ordering: .relaxed)
            self.drain()
        }
    }

    // MARK: From the link

    /// Takes a message that comes back inside the publish that is being done, if nothing waits that came before it.
    ///
    /// - Returns: Whether it was taken; it goes through the mailbox otherwise.
    func takeEcho(_ message: BusMessage) -> Bool {
        guard self.echo.isOpen, self.mailbox.isEmpty else { return false }
        self.echo.put(message)
        return true
    }

    /// Takes an event of the link: at once in the driver's own context, otherwise through the mailbox.
    func report(_ event: LinkEvent) {
        guard self.enter() else { return self.post(.event(event)) }
        self.core.handle(event)
        self.leave()
    }

    func reportMessage(on channel: ByteBuffer, payload: ByteBuffer, from part: Int) {
        guard self.enter() else {
            return self.post(.message(BusMessage(channel: BusChannel(bytes: channel), payload: payload), part: part))
        }
        self.core.deliver(on: channel, payload: payload, from: part)
        self.leave()
    }

    func reportPublished(_ token: UInt64, receivers: Int?, on part: Int) {
        guard self.enter() else { return self.post(.published(token: token, receivers: receivers, part: part)) }
        self.core.published(token, receivers: receivers, on: part)
        self.leave()
    }

    func reportReadCompleted() {
        guard self.enter() else { return }
        self.core.finishTurn()
        self.leave()
    }

    private func enter() -> Bool {
        guard self.executor.isCurrent, !self.isBusy.load(ordering: .relaxed) else { return false }
        self.isBusy.store(true, ordering: .relaxed)
        return true
    }

    private func leave() {
        self.isBusy.store(false, ordering: .relaxed)
    }

    // MARK: Turns

    /// Works off the mailbox.
    ///
    /// On an event loop it makes room for the loop's other work after some rounds.
    private func drain() {
        var rounds = 0
        // When the mailbox is found empty, another thread may enter at once: nothing is touched after that.
        while self.mailbox.take(into: &self.batch) {
            self.isBusy.store(true, ordering: .relaxed)
            self.core.handle(self.batch)
            self.batch.removeAll(keepingCapacity: true)
            self.isBusy.store(false, ordering: .relaxed)
            rounds += 1
            if rounds == 16, !self.isInline { return self.executor.execute { self.drain() } }
        }
    }
}
