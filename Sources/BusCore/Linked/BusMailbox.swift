import NIOCore
import Synchronization

/// The queue between the callers of a bus and its driver.
///
/// The first to append to an idle mailbox is told to schedule one drain; everybody else only appends.
final class BusMailbox: Sendable {
    private struct State {
        var commands: [BusCommand] = []
        var isScheduled = false
        var isClosed = false
        /// Publishes that were accepted here, and the bytes of their payloads, since the beginning.
        var publishes = 0
        var bytes = 0
        var refused = 0
    }

    /// Whether a command was taken, and what the caller has to do next.
    enum Posted {
        case schedule
        case queued
        /// The mailbox was idle and is now held by the caller, who does the command himself and then drains.
        case direct
        case refused(BusError)
    }

    private let state = Mutex(State())
    private let counters: BusCounters
    private let maximumPublishes: Int
    private let maximumBytes: Int

    init(counters: BusCounters, maximumPublishes: Int, maximumBytes: Int) {
        self.counters = counters
        self.maximumPublishes = maximumPublishes
        self.maximumBytes = maximumBytes
    }

    /// Appends a publish within the bounds of what may be in flight.
    ///
    /// - Parameters:
    ///   - publish: The publish.
    ///   - mayBeDirect: Whether the caller can do it himself if nobody else is at work.
    /// - Returns: What the caller has to do next.
    func post(_ publish: PendingPublish, mayBeDirect: Bool) -> Posted {
        let size = publish.payload.readableBytes
        return self.state.withLock { state in
            if let error = self.obstacle(to: size, state) {
                state.refused += 1
                return .refused(error)
            }
            state.publishes += 1
            state.bytes += size
            if mayBeDirect, !state.isScheduled, state.commands.isEmpty {
                state.isScheduled = true
                return .direct
            }
            state.commands.append(.publish(publish))
            return Self.schedule(&state)
        }
    }

    /// Appends a command whatever the state of the bus.
    func post(_ command: BusCommand) -> Posted {
        self.state.withLock { state in
            state.commands.append(command)
            return Self.schedule(&state)
        }
    }

    /// Appends a command unless the bus is closed.
    func postIfOpen(_ command: BusCommand) -> Posted {
        self.state.withLock { state in
            guard !state.isClosed else { return .refused(.busClosed) }
            state.commands.append(command)
            return Self.schedule(&state)
        }
    }

    /// Refuses new publishes and subscriptions from now on.
    func close() {
        self.state.withLock { $0.isClosed = true }
    }

    /// Exchanges the collected commands for an empty array, or marks the mailbox idle if there are none.
    ///
    /// - Returns: Whether there is something to do.
    func take(into batch: inout [BusCommand]) -> Bool {
        self.state.withLock { state in
            guard !state.commands.isEmpty else {
                state.isScheduled = false
                return false
            }
            swap(&state.commands, &batch)
            return true
        }
    }

    var isEmpty: Bool { self.state.withLock { $0.commands.isEmpty } }

    func countRefused() {
        self.state.withLock { $0.refused += 1 }
    }

    var statistics: BusStatistics {
        var statistics = self.counters.statistics
        statistics.refused += self.state.withLock { $0.refused }
        return statistics
    }

    private func obstacle(to size: Int, _ state: borrowing State) -> BusError? {
        if state.isClosed { return .busClosed }
        let publishes = state.publishes - self.counters.settledPublishes.value
        let bytes = state.bytes - self.counters.settledBytes.value
        let fits = publishes < self.maximumPublishes && (publishes == 0 || bytes + size <= self.maximumBytes)
        return fits ? nil : .tooManyInFlight(publishes: publishes, bytes: bytes)
    }

    private static func schedule(_ state: inout State) -> Posted {
        guard !state.isScheduled else { return .queued }
        state.isScheduled = true
        return .schedule
    }
}
