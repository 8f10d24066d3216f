import BusCore
import NIOCore
import RedisBus
import Synchronization

/// Numbered messages from one bus to another on some channels, and a record of what became of them.
final class Traffic: BusReceiver {
    /// What a subscriber saw, in order.
    enum Seen: Equatable {
        case message(Int)
        case gap
    }

    private struct State {
        var seen: [BusChannel: [Seen]] = [:]
        var accepted: [BusChannel: [Int]] = [:]
        var failures: [BusChannel: [BusError.Code]] = [:]
        var waiters: [(isMet: @Sendable (borrowing State) -> Bool, resume: @Sendable () -> Void)] = []
        var isStopped = false
    }

    let channels: [BusChannel]
    private let publisher: RedisBus
    private let state = Mutex(State())
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Subscribes on one bus and starts to publish on the other, one message after the other on each channel.
    init(from publisher: RedisBus, to subscriber: RedisBus, channels: [BusChannel]) async throws {
        self.publisher = publisher
        self.channels = channels
        _ = try await subscriber.subscribe(to: channels, receiver: self, activeWithin: .seconds(20))
        let task = Task { await self.run() }
        self.task.withLock { $0 = task }
    }

    func received(_ event: BusEvent) {
        self.change { state in
            switch event {
            case .message(let message):
                guard let number = Int(message.text) else { return }
                state.seen[message.channel, default: []].append(.message(number))
            case .gap(let gap):
                state.seen[gap.channel, default: []].append(.gap)
            case .ended:
                break
            }
        }
    }

    func readCompleted() {}

    // MARK: What became of it

    func seen(_ channel: BusChannel) -> [Seen] { self.state.withLock { $0.seen[channel] ?? [] } }

    func accepted(_ channel: BusChannel) -> [Int] { self.state.withLock { $0.accepted[channel] ?? [] } }

    func failures(_ channel: BusChannel) -> [BusError.Code] { self.state.withLock { $0.failures[channel] ?? [] } }

    func gaps(_ channel: BusChannel) -> Int { self.seen(channel).count { $0 == .gap } }

    /// Waits until this many more messages have arrived on each channel.
    func flows(_ count: Int = 5) async {
        for channel in self.channels {
            let before = self.messages(channel).count
            await self.wait { state in
                (state.seen[channel] ?? []).count { $0 != .gap } >= before + count
            }
        }
    }

    /// Waits until a publish on a channel has failed.
    func fails(_ channel: BusChannel) async {
        await self.wait { state in state.failures[channel]?.isEmpty == false }
    }

    func messages(_ channel: BusChannel) -> [Int] {
        self.seen(channel).compactMap { if case .message(let number) = $0 { number } else { nil } }
    }

    /// Whether each message came at most once, and none after a later one.
    func isInOrder(_ channel: BusChannel) -> Bool {
        let numbers = self.messages(channel)
        return zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }
    }

    /// Accepted messages that are missing between two neighbours without a gap between them.
    func silentlyLost(_ channel: BusChannel) -> [Int] {
        let accepted = Set(self.accepted(channel))
        var lost: [Int] = []
        var latest: Int?
        for seen in self.seen(channel) {
            switch seen {
            case .gap: latest = nil
            case .message(let number):
                if let latest, latest + 1 < number {
                    lost += (latest + 1..<number).filter(accepted.contains)
                }
                latest = number
            }
        }
        return lost
    }

    /// Stops publishing.
    func stop() async {
        self.state.withLock { $0.isStopped = true }
        await self.task.withLock { $0 }?.value
    }

    // MARK: Inside

    private func run() async {
        await withTaskGroup(of: Void.self) { group in
            for channel in self.channels { group.addTask { await self.publish(to: channel) } }
        }
    }

    private func publish(to channel: BusChannel) async {
        var number = 0
        while !self.state.withLock({ $0.isStopped }) {
            let sent = number
            number += 1
            do {
                try await self.publisher.publish("\(sent)", to: channel)
                self.change { $0.accepted[channel, default: []].append(sent) }
            } catch let error as BusError {
                self.change { $0.failures[channel, default: []].append(error.code) }
                // A publish that fails at once fails a million times a second; a deadline between them is enough.
                try? await Task.sleep(for: .milliseconds(10))
            } catch {
                return
            }
        }
    }

    private func change(_ body: (inout sending State) -> Void) {
        let met = self.state.withLock { state in
            body(&state)
            var met: [@Sendable () -> Void] = []
            var rest: [(isMet: @Sendable (borrowing State) -> Bool, resume: @Sendable () -> Void)] = []
            for waiter in state.waiters {
                if waiter.isMet(state) { met.append(waiter.resume) } else { rest.append(waiter) }
            }
            state.waiters = rest
            return met
        }
        for resume in met { resume() }
    }

    private func wait(_ isMet: @escaping @Sendable (borrowing State) -> Bool) async {
        await withCheckedContinuation { continuation in
            self.change { state in
                state.waiters.append((isMet, { continuation.resume() }))
            }
        }
    }
}
