import Logging
import NIOCore
import Testing

@testable import BusCore

/// The counts of the table, whatever happens to its parts.
@Suite(.timeLimit(.minutes(1)))
struct SubscriptionTableTests {
    @Test(arguments: 1...300)
    func `Everything that happens leaves the counts right`(seed: Int) {
        var history = TableHistory(seed: UInt64(seed))
        for _ in 0..<300 { history.step() }
        history.settle()
        for part in 0..<TableHistory.parts { #expect(history.table.isSynchronized(part), "part \(part)") }
        #expect(history.table.count == history.wanted.count)
        for channel in history.wanted {
            let slot = history.table.slot(of: channel)
            #expect(slot.flatMap { history.table.entries[$0]?.wire } == .confirmed)
            #expect(!history.table.missesEcho(of: channel, handedOverAt: history.table.lossCount))
        }
        history.cancelAll()
        history.settle()
        #expect(history.table.count == 0)
        #expect(history.table.entries.allSatisfy { $0 == nil })
        #expect(history.held == Array(repeating: [], count: TableHistory.parts), "the backend still holds channels")
    }
}

/// A table and a backend, one random step after the other.
private struct TableHistory {
    static let parts = 3
    private static let channels: [BusChannel] = ["a", "b", "c", "d", "e"]

    private(set) var table: SubscriptionTable
    /// What each part of the backend is subscribed to.
    private(set) var held = [Set<BusChannel>](repeating: [], count: Self.parts)
    private var isUp = [Bool](repeating: false, count: Self.parts)
    private var commands = [[SubscriptionTable.WireCommand]](repeating: [], count: Self.parts)
    private var live: [(subscription: LinkedSubscription, channel: BusChannel)] = []
    private var lingering: [UInt64] = []
    private var refused: [UInt64] = []
    private var random: SplitMix64
    private let driver: LinkedBusDriver

    init(seed: UInt64) {
        var configuration = LinkedBusConfiguration()
        configuration.subscribeBatch = 2
        configuration.subscribeWindow = 3
        self.random = SplitMix64(seed: seed)
        self.table = SubscriptionTable(parts: Self.parts, configuration: configuration)
        self.driver = LinkedBusDriver(
            link: ScriptedLink(),
            executor: ManualExecutor(),
            configuration: configuration,
            logger: Logger(label: "table", factory: { _ in SwiftLogNoOpLogHandler() })
        )
    }

    var wanted: Set<BusChannel> { Set(self.live.map(\.channel)) }

    mutating func step() {
        let part = Int.random(in: 0..<Self.parts, using: &self.random)
        let channel = Self.channels[Int.random(in: 0..<Self.channels.count, using: &self.random)]
        switch Int.random(in: 0..<100, using: &self.random) {
        case 0..<20: self.subscribe(to: channel, part)
        case 20..<35: self.cancel()
        case 35..<50: self.send(part)
        case 50..<75: self.execute(part, refuses: Int.random(in: 0..<8, using: &self.random) == 0)
        case 75..<82: if let slot = self.table.slot(of: channel) { self.move(slot, to: part) }
        case 82..<88: self.withdraw(channel, part)
        case 88..<92: for token in self.lingering { self.table.release(lingering: token) }
        case 92..<95: for token in self.refused { self.table.retry(token) }
        case 95..<97: self.lose(part)
        default: self.connect(part)
        }
    }

    /// Brings every part up and does everything that is to be done.
    mutating func settle() {
        for part in 0..<Self.parts { self.connect(part) }
        for _ in 0..<100 {
            for token in self.lingering { self.table.release(lingering: token) }
            for token in self.refused { self.table.retry(token) }
            for part in 0..<Self.parts {
                self.send(part)
                self.execute(part, refuses: false)
            }
        }
    }

    mutating func cancelAll() {
        while !self.live.isEmpty { self.cancel() }
    }

    private mutating func subscribe(to channel: BusChannel, _ part: Int) {
        let subscription = LinkedSubscription(
            channels: [channel],
            options: BusSubscriptionOptions(),
            receiver: Journal(),
            driver: self.driver
        )
        _ = self.table.add(subscription, receiver: 0, to: channel, part: part)
        self.live.append((subscription, channel))
    }

    private mutating func cancel() {
        guard !self.live.isEmpty else { return }
        let (subscription, channel) = self.live.remove(at: Int.random(in: 0..<self.live.count, using: &self.random))
        let lingers = Bool.random(using: &self.random)
        if let token = self.table.remove(subscription, from: channel, lingers: lingers) { self.lingering.append(token) }
    }

    private mutating func move(_ slot: Int, to part: Int) {
        guard self.table.entries[slot]?.part != part else { return }
        _ = self.table.move(slot, to: part)
    }

    private mutating func send(_ part: Int) { self.commands[part] += self.table.nextCommands(part) }

    /// The backend executes a command, and is answered at once.
    private mutating func execute(_ part: Int, refuses: Bool) {
        guard !self.commands[part].isEmpty else { return }
        switch self.commands[part].removeFirst() {
        case .unsubscribe(let channels): self.held[part].subtract(channels)
        case .subscribe(let requests):
            for request in requests {
                if refuses {
                    self.refused.append(request.token)
                    _ = self.table.refused(request.token)
                } else {
                    self.held[part].insert(request.channel)
                    _ = self.table.confirmed(request.token)
                }
            }
        }
    }

    private mutating func withdraw(_ channel: BusChannel, _ part: Int) {
        guard self.held[part].remove(channel) != nil, let slot = self.table.slot(of: channel) else { return }
        if self.table.entries[slot]?.part == part { _ = self.table.withdraw(slot) }
    }

    private mutating func connect(_ part: Int) {
        guard !self.isUp[part] else { return }
        self.isUp[part] = true
        self.table.connected(part)
    }

    private mutating func lose(_ part: Int) {
        guard self.isUp[part] else { return }
        self.isUp[part] = false
        self.commands[part] = []
        self.held[part] = []
        _ = self.table.lost(part)
    }
}
