package import BusConformance
import BusConformanceProxy
package import BusCore
package import InMemoryBus
import NIOCore
import Synchronization

/// Maps the kit's faults to those of ``InMemoryBus``, and looks into the broker.
package final class InMemoryFaults: BusFaultInjector, BusInspector {
    private let broker: InMemoryBroker
    /// The buses, and the faces under which the checks know them.
    private let buses = Mutex<[(bus: InMemoryBus, face: any MessageBus)]>([])
    private let denied = Mutex<[(channel: BusChannel, namespace: String)]>([])
    /// Wait for a bus to notice a black hole.
    private let watchers = Mutex<[Task<Void, Never>]>([])
    /// Whether messages have been swallowed: no link comes back after that.
    private let swallows = Mutex(false)

    /// - Parameters:
    ///   - broker: The broker of the buses.
    ///   - canStall: Whether a check may stop this process, and with it every other check.
    package init(broker: InMemoryBroker, canStall: Bool) {
        self.broker = broker
        self.verbs = canStall ? Self.verbs.union([.stallNode]) : Self.verbs
    }

    package func add(_ bus: InMemoryBus, as face: any MessageBus) {
        self.buses.withLock { buses in
            buses.removeAll { $0.bus.state == .closed }
            buses.append((bus, face))
        }
    }

    package let verbs: Set<BusFaultVerb>

    private static let verbs: Set<BusFaultVerb> = [
        .kill(.both), .kill(.publishing), .kill(.subscribing), .cut(.both), .cut(.publishing), .cut(.subscribing),
        .cutNode(.both), .cutNode(.publishing), .cutNode(.subscribing), .pause, .restart, .denyChannel,
        .blackhole(.subscribing), .blackhole(.both), .failover, .starve,
    ]

    package func kill(_ part: BusFaultPart) async throws {
        // Restoring a bus ends its denials too: they are renewed, and it is killed again if it was faster.
        repeat {
            for bus in self.all {
                bus.cut(part.halves)
                bus.restore()
                for entry in self.denied.withLock({ $0 }) { bus.deny(entry.channel) }
            }
        } while try await self.isDenialBroken()
    }

    private func isDenialBroken() async throws -> Bool {
        for entry in self.denied.withLock({ $0 }) {
            if let count = try await self.subscribers(of: entry.channel, in: entry.namespace), count > 0 { return true }
        }
        return false
    }

    package func cut(_ part: BusFaultPart, of bus: (any MessageBus)?) async throws {
        let meant = self.buses.withLock { buses in buses.filter { bus == nil || $0.face === bus } }
        for entry in meant { entry.bus.cut(part.halves) }
    }

    package func pause() async throws {
        for bus in self.all { bus.stallPublishing() }
    }

    package func restart() async throws {
        for bus in self.all { bus.cut() }
        for bus in self.all { bus.restore() }
    }

    package func deny(_ channel: BusChannel, in namespace: String) async throws {
        self.denied.withLock { $0.append((channel, namespace)) }
        for bus in self.all { bus.deny(channel) }
    }

    /// What comes is dropped; when a bus gives its connection up, it gets no new one.
    package func blackhole(_ part: BusFaultPart) async throws {
        for bus in self.all {
            if part != .subscribing { bus.stallPublishing() }
            guard part != .publishing else { continue }
            self.swallows.withLock { $0 = true }
            bus.starve()
            let states = bus.states
            let watcher = Task {
                for await state in states where state != .connected && !Task.isCancelled {
                    return bus.cut(.subscribing)
                }
            }
            self.watchers.withLock { $0.append(watcher) }
        }
    }

    package func starve() async throws {
        self.swallows.withLock { $0 = true }
        for bus in self.all { bus.starve() }
    }

    /// The one broker plays both servers: every connection ends, and new ones find it empty.
    package func failover() async throws {
        try await self.restart()
    }

    package func stallNode(for duration: Duration) async throws {
        try await ProcessStall.stall(for: duration)
    }

    package func heal() async throws {
        let watchers = self.watchers.withLock { watchers in
            defer { watchers = [] }
            return watchers
        }
        for watcher in watchers {
            watcher.cancel()
            await watcher.value
        }
        let swallows = self.swallows.withLock { swallows in
            defer { swallows = false }
            return swallows
        }
        if swallows {
            for bus in self.all { bus.cut(.subscribing) }
        }
        self.denied.withLock { $0 = [] }
        for bus in self.all { bus.restore() }
    }

    package func subscribers(of channel: BusChannel, in namespace: String) async throws -> Int? {
        self.broker.subscriberCount(
            of: BusChannel(bytes: Array(namespace.utf8) + Array(channel.bytes.readableBytesView))
        )
    }

    package func connections() async throws -> Int? { nil }

    package func acceptedMessages() async throws -> Int? { nil }

    private var all: [InMemoryBus] { self.buses.withLock { $0.map(\.bus) } }
}

extension BusFaultPart {
    fileprivate var halves: InMemoryHalf {
        switch self {
        case .publishing: .publishing
        case .subscribing: .subscribing
        case .both: .both
        }
    }
}
