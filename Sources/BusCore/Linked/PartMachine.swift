import NIOCore

/// The connection of one part of a link.
struct PartMachine {
    enum Phase: Equatable {
        case idle
        case connecting(until: NIODeadline)
        case up
        case waiting(until: NIODeadline)
        case closed
    }

    enum Action: Equatable {
        case connect(connection: UInt64)
        /// The attempt took too long: drop it.
        case abandon
    }

    private(set) var phase = Phase.idle
    /// The number of the latest attempt; events of other ones are stale.
    private(set) var connection: UInt64 = 0
    /// Attempts of the present outage that have failed.
    private(set) var failures = 0
    /// Whether it was ever up.
    private(set) var hasBeenUp = false
    /// Why it is not up.
    private(set) var lastError: BusError?
    private var outageStart: NIODeadline?
    private let backoff: Backoff
    private let connectDeadline: TimeAmount

    init(_ configuration: LinkedBusConfiguration) {
        self.backoff = Backoff(configuration)
        self.connectDeadline = TimeAmount(configuration.connectDeadline)
    }

    var isUp: Bool {
        if case .up = self.phase { true } else { false }
    }

    var nextDeadline: NIODeadline? {
        switch self.phase {
        case .connecting(let deadline), .waiting(let deadline): deadline
        case .idle, .up, .closed: nil
        }
    }

    mutating func start(_ now: NIODeadline) -> Action {
        self.outageStart = now
        self.failures = 0
        self.lastError = nil
        return self.connect(now)
    }

    /// Takes the news that an attempt succeeded.
    ///
    /// - Returns: Whether it was the present one.
    mutating func connected(_ connection: UInt64) -> Bool {
        guard case .connecting = self.phase, connection == self.connection else { return false }
        self.phase = .up
        self.failures = 0
        self.hasBeenUp = true
        self.lastError = nil
        self.outageStart = nil
        return true
    }

    /// Takes the news that the present attempt failed, or that the connection is gone.
    ///
    /// - Returns: Whether it was the present one, and whether it had been up.
    mutating func lost(
        _ connection: UInt64,
        _ error: BusError,
        _ now: NIODeadline,
        using random: inout SplitMix64
    ) -> (isPresent: Bool, wasUp: Bool) {
        guard connection == self.connection else { return (false, false) }
        switch self.phase {
        case .connecting:
            self.failures += 1
            self.wait(error, now, using: &random)
            return (true, false)
        case .up:
            self.outageStart = now
            self.wait(error, now, using: &random)
            return (true, true)
        case .idle, .waiting, .closed:
            return (false, false)
        }
    }

    /// What is due.
    mutating func due(_ now: NIODeadline) -> Action? {
        switch self.phase {
        case .waiting(let until) where until <= now: self.connect(now)
        case .connecting(let until) where until <= now: .abandon
        default: nil
        }
    }

    /// Moves the end of an attempt, because this process has been stopped meanwhile.
    mutating func postpone(by time: TimeAmount) {
        if case .connecting(let until) = self.phase { self.phase = .connecting(until: until + time) }
    }

    mutating func close() {
        self.phase = .closed
    }

    private mutating func connect(_ now: NIODeadline) -> Action {
        self.connection += 1
        self.phase = .connecting(until: now + self.connectDeadline)
        return .connect(connection: self.connection)
    }

    private mutating func wait(_ error: BusError, _ now: NIODeadline, using random: inout SplitMix64) {
        self.lastError = error
        let outage = now - (self.outageStart ?? now)
        self.phase = .waiting(until: now + self.backoff.delay(failures: self.failures, outage: outage, using: &random))
    }
}
