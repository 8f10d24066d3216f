package import BusConformance
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

    package init(broker: InMemoryBroker) {
        self.broker = broker
    }

    package func add(_ bus: InMemoryBus, as face: any MessageBus) {
        self.buses.withLock { buses in
            buses.removeAll { $0.bus.state == .closed }
            buses.append((bus, face))
        }
    }

    package let verbs: Set<BusFaultVerb> = [
        .kill(.both), .kill(.publishing), .kill(.subscribing), .cut(.both), .cut(.publishing), .cut(.subscribing),
        .cutNode(.both), .cutNode(.publishing), .cutNode(.subscribing), .pause, .restart, .denyChannel,
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

    package func heal() async throws {
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
