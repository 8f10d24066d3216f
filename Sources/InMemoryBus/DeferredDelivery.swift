import BusCore
import DequeModule
import NIOCore
import Synchronization

/// Delivers what was published later: one queue for each channel of each node, and a seeded choice between them.
final class DeferredDelivery: Sendable {
    enum Item {
        case message(ByteBuffer)
        case subscribed(UInt64)
    }

    private struct Queue {
        let link: InMemoryLink
        let channel: BusChannel
        var items: Deque<Item>
    }

    private struct State {
        /// The queues that hold something.
        var queues: [Queue] = []
        var random: SplitMix64
        var isRunning = false
    }

    private let state: Mutex<State>

    init(seed: UInt64) {
        self.state = Mutex(State(random: SplitMix64(seed: seed)))
    }

    func append(_ item: Item, _ channel: BusChannel, _ link: InMemoryLink) {
        self.state.withLock { state in
            if let index = state.queues.firstIndex(where: { $0.link === link && $0.channel == channel }) {
                state.queues[index].items.append(item)
            } else {
                state.queues.append(Queue(link: link, channel: channel, items: [item]))
            }
        }
    }

    /// Drops what waits for a node.
    func forget(_ link: InMemoryLink) {
        self.state.withLock { $0.queues.removeAll { $0.link === link } }
    }

    /// Starts to deliver, unless that is under way.
    func start() {
        let starts = self.state.withLock { state in
            guard !state.isRunning, !state.queues.isEmpty else { return false }
            state.isRunning = true
            return true
        }
        guard starts else { return }
        Task { self.run() }
    }

    private func run() {
        while let (link, channel, item) = self.next() {
            switch item {
            case .message(let payload): link.deliver(payload, on: channel)
            case .subscribed(let token): link.events?.subscribed(token)
            }
        }
    }

    private func next() -> (InMemoryLink, BusChannel, Item)? {
        self.state.withLock { state in
            guard !state.queues.isEmpty else {
                state.isRunning = false
                return nil
            }
            let index = Int.random(in: state.queues.indices, using: &state.random)
            let item = state.queues[index].items.removeFirst()
            let (link, channel) = (state.queues[index].link, state.queues[index].channel)
            if state.queues[index].items.isEmpty { state.queues.swapRemove(at: index) }
            return (link, channel, item)
        }
    }
}

extension Array {
    fileprivate mutating func swapRemove(at index: Int) {
        self.swapAt(index, self.count - 1)
        self.removeLast()
    }
}
