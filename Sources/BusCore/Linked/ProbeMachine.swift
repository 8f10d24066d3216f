import BitCollections
import NIOCore

/// The regular test that messages flow.
struct ProbeMachine {
    private struct Running {
        var token: UInt64
        var sent: NIODeadline
        /// When the parts that have not answered are overdue.
        var deadline: NIODeadline
        /// The parts that have not answered.
        var awaiting: BitSet
        var failed = false
    }

    enum Ended: Equatable {
        case succeeded
        case failed
    }

    private let interval: TimeAmount
    private let limit: TimeAmount
    private var running: Running?
    private var nextToken: UInt64 = 0
    private var nextAt: NIODeadline = .distantFuture
    /// When the latest probe that every part answered was answered.
    private(set) var lastSuccess: NIODeadline?
    private(set) var lastRoundTrip: TimeAmount?

    init(_ configuration: LinkedBusConfiguration) {
        self.interval = TimeAmount(configuration.probeInterval)
        self.limit = TimeAmount(configuration.probeDeadline)
    }

    var isRunning: Bool { self.running != nil }

    var nextDeadline: NIODeadline {
        guard let running = self.running else { return self.nextAt }
        return running.deadline
    }

    /// Asks for a probe as soon as none is running.
    mutating func hasten(_ now: NIODeadline) {
        self.nextAt = min(self.nextAt, now)
    }

    /// Asks for the next regular probe, because the link has just come up.
    mutating func arm(_ now: NIODeadline) {
        self.nextAt = min(self.nextAt, now + self.interval)
    }

    /// Starts a probe if one is due.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - up: The parts that are connected.
    /// - Returns: The token of the probe to send.
    mutating func due(_ now: NIODeadline, up: BitSet) -> UInt64? {
        guard self.running == nil, self.nextAt <= now else { return nil }
        guard !up.isEmpty else {
            self.nextAt = .distantFuture
            return nil
        }
        self.nextToken += 1
        self.nextAt = now + self.interval
        self.running = Running(token: self.nextToken, sent: now, deadline: now + self.limit, awaiting: up)
        return self.nextToken
    }

    /// Moves the end of the running probe, because this process has been stopped meanwhile.
    mutating func postpone(by time: TimeAmount) {
        guard let deadline = self.running?.deadline else { return }
        self.running?.deadline = deadline + time
    }

    /// Takes an answer.
    mutating func answered(_ part: Int, token: UInt64, _ now: NIODeadline) -> Ended? {
        guard self.running?.token == token else { return nil }
        self.running?.awaiting.remove(part)
        return self.endIfDone(now)
    }

    /// Takes the news that a part is gone.
    mutating func lost(_ part: Int, _ now: NIODeadline) -> Ended? {
        guard self.running?.awaiting.remove(part) != nil else { return nil }
        self.running?.failed = true
        return self.endIfDone(now)
    }

    /// The parts that did not answer in time.
    ///
    /// The probe goes on until each is reported lost.
    func overdue(_ now: NIODeadline) -> BitSet {
        guard let running = self.running, running.deadline <= now else { return [] }
        return running.awaiting
    }

    /// Whether a full round trip succeeded within the last second.
    func isFresh(_ now: NIODeadline) -> Bool {
        guard let lastSuccess = self.lastSuccess else { return false }
        return now - lastSuccess <= .seconds(1)
    }

    private mutating func endIfDone(_ now: NIODeadline) -> Ended? {
        guard let running = self.running, running.awaiting.isEmpty else { return nil }
        self.running = nil
        guard !running.failed else { return .failed }
        self.lastSuccess = now
        self.lastRoundTrip = now - running.sent
        return .succeeded
    }
}
