import BusCore
import Logging
import NIOCore

/// Drives a ``LinkedBus`` over a ``ScriptedLink`` at random and knows what must be true.
final class BusModel {
    /// How often the interesting things happened.
    struct Coverage {
        var published = 0
        var notSent = 0
        var indeterminate = 0
        var missedEchoes = 0
        var gaps = 0
        var refused = 0
        var overdue = 0
        var withdrawals = 0

        mutating func add(_ other: Coverage) {
            self.published += other.published
            self.notSent += other.notSent
            self.indeterminate += other.indeterminate
            self.missedEchoes += other.missedEchoes
            self.gaps += other.gaps
            self.refused += other.refused
            self.overdue += other.overdue
            self.withdrawals += other.withdrawals
        }
    }

    /// A subscription under watch.
    final class Watched {
        let subscription: any BusSubscription
        let journal = Journal()
        /// How many messages each channel's log held when the subscription was first seen active.
        var activeAt: [BusChannel: Int]?
        var countAtCancel: Int?

        init(_ bus: LinkedBus, _ channels: [BusChannel], _ release: BusSubscriptionOptions.Release) throws {
            self.subscription = try bus.subscribe(
                to: channels,
                options: BusSubscriptionOptions(release: release),
                receiver: self.journal
            )
        }
    }

    /// A publish under watch.
    ///
    /// `@unchecked Sendable`: everything runs on the thread of one test.
    final class Sent: @unchecked Sendable {
        let id: ByteBuffer
        let channel: BusChannel
        let submitted: NIODeadline
        var outcomes: [Result<PublishReceipt, BusError>] = []

        init(_ id: ByteBuffer, _ channel: BusChannel, _ submitted: NIODeadline) {
            self.id = id
            self.channel = channel
            self.submitted = submitted
        }
    }

    static let channels: [BusChannel] = ["a", "b", "c", "d", "e", "denied"]

    let executor = ManualExecutor()
    let link: ScriptedLink
    let bus: LinkedBus
    var random: SplitMix64
    private var watched: [Watched] = []
    private var sent: [Sent] = []
    private var nextID = 0
    private(set) var violations: [String] = []

    /// Whether the shape of the link changes.
    private let isSharded: Bool
    var withdrawals = 0

    init(seed: UInt64, shards: Int = 1) {
        self.random = SplitMix64(seed: seed)
        self.link = ScriptedLink(shards: shards)
        self.isSharded = shards > 1
        self.link.denied = ["denied"]
        var configuration = LinkedBusConfiguration()
        configuration.seed = seed
        configuration.subscribeBatch = 2
        configuration.subscribeWindow = 3
        self.bus = LinkedBus(
            link: self.link,
            executor: self.executor,
            capabilities: BusCapabilities(barrier: .cluster, lossDetection: .complete),
            limits: BusLimits(maximumPayloadBytes: 1_024, maximumChannelBytes: 64, maximumChannels: 100),
            configuration: configuration,
            logger: Logger(label: "model", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        self.executor.run()
    }

    var deliveries: Int { self.watched.reduce(0) { $0 + $1.journal.count } }

    // MARK: Steps

    func step() {
        if self.isSharded, Int.random(in: 0..<12, using: &self.random) == 0 { self.changeShape() }
        let part = Int.random(in: 0..<self.link.parts.count, using: &self.random)
        switch Int.random(in: 0..<100, using: &self.random) {
        case 0..<18: self.publish()
        case 18..<30: self.link.accept(self.makeID(), on: self.anyChannel())
        case 30..<40: self.subscribe()
        case 40..<46: self.cancel()
        case 46..<66: for _ in 0..<Int.random(in: 1...6, using: &self.random) { self.link.execute(part) }
        case 66..<86: self.link.read(part, Int.random(in: 1...6, using: &self.random))
        case 86..<91: self.link.finishConnecting(part, succeeds: Int.random(in: 0..<4, using: &self.random) > 0)
        case 91..<94: self.link.kill(part, executing: Int.random(in: 0...3, using: &self.random))
        case 94..<98: self.executor.advance(by: .milliseconds(Int64.random(in: 1...300, using: &self.random)))
        default: self.passTime()
        }
        if Int.random(in: 0..<3, using: &self.random) > 0 { self.executor.run() }
        self.look()
    }

    private func passTime() {
        let time = TimeAmount.milliseconds(Int64.random(in: 300...3_000, using: &self.random))
        guard self.isSharded, Bool.random(using: &self.random) else { return self.executor.advance(by: time) }
        self.executor.stall(for: time) { if Bool.random(using: &self.random) { self.link.settle() } }
    }

    /// Lets everything come to rest, and looks at the whole.
    func finish() {
        for _ in 0..<200 {
            self.executor.advance(by: .milliseconds(100))
            for part in self.link.parts.indices { self.link.finishConnecting(part, succeeds: true) }
            self.link.settle()
            self.executor.run()
            self.look()
        }
        self.expect(self.bus.state == .connected, "not connected at the end: \(self.bus.state)")
        for channel in Self.channels where channel != "denied" { self.link.accept(self.makeID(), on: channel) }
        self.link.settle()
        self.executor.advance(by: .seconds(1))
        for watched in self.watched { self.check(watched) }
        for sent in self.sent { self.check(sent) }
        self.violations += self.link.misuses
        self.checkInterest()
        self.expect(self.executor.timerCount < 10, "timers pile up: \(self.executor.timerCount)")
    }

    // MARK: What the application does

    private func publish() {
        let sent = Sent(self.makeID(), self.anyChannel(), self.executor.now)
        self.sent.append(sent)
        self.bus.submit(sent.id, to: sent.channel) { sent.outcomes.append($0) }
    }

    private func subscribe() {
        let count = Int.random(in: 1...3, using: &self.random)
        let channels = (0..<count).map { _ in self.anyChannel() }
        let release: BusSubscriptionOptions.Release = Bool.random(using: &self.random) ? .deferred : .immediate
        guard let watched = try? Watched(self.bus, channels, release) else {
            return self.violations.append("subscribe threw")
        }
        self.watched.append(watched)
    }

    private func cancel() {
        let live = self.watched.filter { $0.countAtCancel == nil }
        guard let watched = live.randomElement(using: &self.random) else { return }
        watched.subscription.cancel()
        watched.countAtCancel = watched.journal.count
    }

    func anyChannel() -> BusChannel {
        Self.channels[Int.random(in: 0..<Self.channels.count, using: &self.random)]
    }

    private func makeID() -> ByteBuffer {
        self.nextID += 1
        return ByteBuffer(integer: UInt32(self.nextID))
    }

    // MARK: What must be true

    private func look() {
        for watched in self.watched where watched.activeAt == nil && watched.subscription.isActive {
            watched.activeAt = Dictionary(
                uniqueKeysWithValues: watched.subscription.channels.map { ($0, self.link.log[$0]?.count ?? 0) }
            )
        }
    }

    private func check(_ watched: Watched) {
        self.expect(!watched.journal.isRecursive, "a receiver was called recursively")
        if let count = watched.countAtCancel {
            self.expect(watched.journal.count == count, "an event after cancel")
        }
        for channel in watched.subscription.channels { self.check(watched, channel) }
    }

    private func check(_ watched: Watched, _ channel: BusChannel) {
        let log = self.link.log[channel] ?? []
        let position = Dictionary(uniqueKeysWithValues: log.enumerated().map { ($1, $0) })
        // What came first may be older than the moment the subscription was seen active, but not newer.
        let start = watched.activeAt?[channel]
        var last: Int?
        var mayMiss = false
        var gaps = 0
        for line in watched.journal.lines[channel] ?? [] {
            switch line {
            case .gap:
                gaps += 1
                self.expect(gaps <= self.link.interruptions, "more gaps than interruptions")
                mayMiss = true
            case .message(let id):
                guard let index = position[id] else { return self.violations.append("a message nobody published") }
                if let last { self.expect(index > last, "order or duplicate on \(channel)") }
                let next = last.map { $0 + 1 } ?? start ?? index
                self.expect(mayMiss || index <= next, "a silent loss on \(channel)")
                last = index
                mayMiss = false
            case .ended(let code):
                self.expect(code == .unauthorized && channel == "denied", "ended with \(code)")
                return
            }
        }
        guard watched.countAtCancel == nil, channel != "denied" else { return }
        self.expect(watched.journal.lines[channel]?.last == .message(log[log.count - 1]), "the last message is missing")
    }

    private func check(_ sent: Sent) {
        let log = self.link.log[sent.channel] ?? []
        let taken = log.filter { $0 == sent.id }.count
        self.expect(sent.outcomes.count == 1, "\(sent.outcomes.count) outcomes of one publish")
        self.expect(taken <= 1, "sent twice")
        switch sent.outcomes.first {
        case .success(let receipt):
            self.expect(taken == 1, "success without the broker")
            guard receipt.echo == .missed else { return }
            let returned = self.watched.contains { $0.journal.lines[sent.channel]?.contains(.message(sent.id)) == true }
            self.expect(!returned, "an echo that was said to be missed came back")
        case .failure(let error) where error.code == .indeterminate: break
        case .failure, nil: self.expect(taken == 0, "not sent, and yet taken")
        }
    }

    private func checkInterest() {
        var wanted = Set(self.watched.filter { $0.countAtCancel == nil }.flatMap(\.subscription.channels))
        wanted.remove("denied")
        for part in self.link.parts.indices {
            let served = wanted.filter { self.link.route(of: $0).subscribing == part }
            self.expect(
                self.link.subscribed[part] == served,
                "interest \(self.link.subscribed[part]) of part \(part) is not \(served)"
            )
        }
        self.expect(self.bus.statistics.channels == wanted.count, "channels are left over")
        for watched in self.watched where watched.countAtCancel == nil {
            let isActive = watched.subscription.isActive
            self.expect(isActive != watched.subscription.channels.contains("denied"), "active is wrong")
        }
    }

    private func expect(_ isTrue: Bool, _ violation: @autoclosure () -> String) {
        if !isTrue { self.violations.append(violation()) }
    }

    var coverage: Coverage {
        var coverage = Coverage()
        let statistics = self.bus.statistics
        coverage.published = statistics.published
        coverage.gaps = statistics.gaps
        coverage.withdrawals = self.withdrawals
        for outcome in self.sent.compactMap(\.outcomes.first) {
            switch outcome {
            case .success(let receipt): if receipt.echo == .missed { coverage.missedEchoes += 1 }
            case .failure(let error) where error.code == .notSent: coverage.notSent += 1
            case .failure(let error) where error.code == .indeterminate:
                coverage.indeterminate += 1
                if error.message.contains("within") { coverage.overdue += 1 }
            case .failure(let error): if error.code == .unauthorized { coverage.refused += 1 }
            }
        }
        return coverage
    }
}
