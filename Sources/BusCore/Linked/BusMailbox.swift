import NIOCore
import Synchronization

/// The queue between the callers of a bus and its driver, and the only state that both touch.
///
/// The first to append to an idle mailbox is told to schedule one drain; everybody else only appends.
final class BusMailbox: Sendable {
    private struct State {
        var commands: [BusCommand] = []
        var isScheduled = false
        var isClosed = false
        var publishesInFlight = 0
        var bytesInFlight = 0
        var refusedHere = 0
        var statistics = BusStatistics()
    }

    /// Whether a command was taken, and what the caller has to do next.
    enum Posted {
        case schedule
        case queued
        case refused(BusError)
    }

    private let state = Mutex(State())
    private let maximumPublishes: Int
    private let maximumBytes: Int

    init(maximumPublishes: Int, maximumBytes: Int) {
        self.maximumPublishes = maximumPublishes
        self.maximumBytes = maximumBytes
    }

    /// Appends a publish within the bounds of what may be in flight.
    func post(_ publish: PendingPublish) -> Posted {
        let size = publish.payload.readableBytes
        return self.state.withLock { state in
            guard !state.isClosed else {
                state.refusedHere += 1
                return .refused(.busClosed)
            }
            guard
                state.publishesInFlight < self.maximumPublishes,
                state.publishesInFlight == 0 || state.bytesInFlight + size <= self.maximumBytes
            else {
                state.refusedHere += 1
                return .refused(
                    .tooManyInFlight(publishes: state.publishesInFlight, bytes: state.bytesInFlight)
                )
            }
            state.publishesInFlight += 1
            state.bytesInFlight += size
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

    /// Frees the room of publishes that have an outcome, and publishes the counts.
    func settle(publishes: Int, bytes: Int, statistics: BusStatistics) {
        self.state.withLock { state in
            state.publishesInFlight -= publishes
            state.bytesInFlight -= bytes
            state.statistics = statistics
        }
    }

    func countRefused() {
        self.state.withLock { $0.refusedHere += 1 }
    }

    var statistics: BusStatistics {
        self.state.withLock { state in
            var statistics = state.statistics
            statistics.refused += state.refusedHere
            return statistics
        }
    }

    private static func schedule(_ state: inout State) -> Posted {
        guard !state.isScheduled else { return .queued }
        state.isScheduled = true
        return .schedule
    }
}
