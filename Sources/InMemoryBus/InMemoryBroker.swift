public import BusCore
import NIOCore
import Synchronization

/// The backend of ``InMemoryBus``: any number of buses in one process share one.
///
/// A publish is taken under one lock and appended there to every subscribed node, so all subscribers see one order. No receiver
/// is called under the lock.
public final class InMemoryBroker: Sendable {
    /// When subscribers get what was published.
    public enum Delivery: Sendable, Hashable {
        /// At once, on the publisher's thread.
        case immediate
        /// Later, on another thread: nodes and channels take turns as the seed decides, the order within a channel is kept.
        case deferred(seed: UInt64)
    }

    /// When subscribers get what was published.
    public let delivery: Delivery

    /// A subscribed node, and where it hears of messages.
    private struct Member {
        let link: InMemoryLink
        let events: BusLinkEvents
    }

    private struct State {
        var slots = ChannelSlots()
        /// The members of the channel in each slot.
        var members: [[Member]] = []
        var nodes: [ObjectIdentifier: NodeState] = [:]
    }

    private let state = Mutex(State())
    private let deferral: DeferredDelivery?

    /// Creates a broker without any nodes.
    ///
    /// - Parameter delivery: When subscribers get what was published. `.deferred` shows whether a program relies on messages
    ///   that arrive at once, as they do in no real backend.
    public init(delivery: Delivery = .immediate) {
        self.delivery = delivery
        switch delivery {
        case .immediate: self.deferral = nil
        case .deferred(let seed): self.deferral = DeferredDelivery(seed: seed)
        }
    }

    /// How many nodes are subscribed to a channel now.
    ///
    /// - Parameter channel: The channel, with the prefix of the buses that use it.
    /// - Returns: The number of nodes.
    public func subscriberCount(of channel: BusChannel) -> Int {
        self.state.withLock { state in
            state.slots.slot(of: channel).map { state.members[$0].count } ?? 0
        }
    }

    // MARK: Messages

    /// Hands a message to every subscribed node.
    ///
    /// - Parameters:
    ///   - payload: The message.
    ///   - channel: The channel.
    ///   - publisher: The node whose link is publishing in this very call, if it is one.
    /// - Returns: How many nodes were subscribed.
    func publish(_ payload: ByteBuffer, to channel: BusChannel, by publisher: InMemoryLink? = nil) -> Int {
        let (count, first, rest) = self.state.withLock { state in
            guard let slot = state.slots.slot(of: channel) else { return (0, BusLinkEvents?.none, [BusLinkEvents]()) }
            var first: BusLinkEvents?
            var rest: [BusLinkEvents] = []
            for member in state.members[slot] where self.append(payload, channel, to: member, by: publisher) {
                // Mostly there is one node to wake, or none: spare the array.
                if first == nil { first = member.events } else { rest.append(member.events) }
            }
            return (state.members[slot].count, first, rest)
        }
        first?.runQueued()
        for events in rest { events.runQueued() }
        self.deferral?.start()
        return count
    }

    /// - Returns: Whether the node has to be woken.
    private func append(
        _ payload: ByteBuffer,
        _ channel: BusChannel,
        to member: Member,
        by publisher: InMemoryLink?
    ) -> Bool {
        guard !member.link.isStarved else { return false }
        if let deferral = self.deferral {
            deferral.append(.message(payload), channel, member.link)
            return false
        }
        let message = BusMessage(channel: member.link.inside(channel), payload: payload)
        return member.link === publisher ? member.events.enqueueEcho(message) : member.events.enqueue(message)
    }

    // MARK: Subscriptions

    /// Subscribes a node whose subscribing half is connected.
    func subscribe(_ link: InMemoryLink, to channel: BusChannel, token: UInt64) {
        guard let events = link.events else { return }
        let isSubscribed = self.state.withLock { state in
            let id = ObjectIdentifier(link)
            guard state.nodes[id]?.subscribing != nil else { return false }
            if state.nodes[id]?.channels.insert(channel).inserted == true {
                Self.add(Member(link: link, events: events), to: channel, &state)
            }
            // In the queue of the channel, the confirmation stands behind what was published before it.
            self.deferral?.append(.subscribed(token), channel, link)
            return self.deferral == nil
        }
        if isSubscribed { events.subscribed(token) }
        self.deferral?.start()
    }

    func unsubscribe(_ link: InMemoryLink, from channel: BusChannel) {
        self.state.withLock { state in
            guard state.nodes[ObjectIdentifier(link)]?.channels.remove(channel) != nil else { return }
            Self.remove(link, from: channel, &state)
        }
    }

    private static func add(_ member: Member, to channel: BusChannel, _ state: inout State) {
        let slot = state.slots.slot(of: channel) ?? state.slots.insert(channel)
        if slot == state.members.count { state.members.append([]) }
        state.members[slot].append(member)
    }

    private static func remove(_ link: InMemoryLink, from channel: BusChannel, _ state: inout State) {
        guard let slot = state.slots.slot(of: channel) else { return }
        state.members[slot].removeAll { $0.link === link }
        if state.members[slot].isEmpty { state.slots.remove(slot) }
    }

    // MARK: Connections

    /// Connects a half of a node.
    ///
    /// - Returns: Whether it is connected; nil if nobody answers.
    func connect(_ link: InMemoryLink, _ part: Int, connection: UInt64) -> Bool? {
        self.state.withLock { state in
            let id = ObjectIdentifier(link)
            var node = state.nodes[id] ?? NodeState()
            defer { state.nodes[id] = node }
            if node.cut.contains(InMemoryLink.half(of: part)) { return false }
            guard part == InMemoryLink.subscribing || !link.isStalled else { return nil }
            if part == InMemoryLink.publishing { node.publishing = connection } else { node.subscribing = connection }
            return true
        }
    }

    /// Drops the connection of a half of a node.
    ///
    /// - Returns: The number of the connection there was.
    @discardableResult
    func disconnect(_ link: InMemoryLink, _ part: Int) -> UInt64? {
        self.state.withLock { Self.disconnect(link, part, &$0, self.deferral) }
    }

    /// Forgets a node.
    func forget(_ link: InMemoryLink) {
        self.state.withLock { state in
            _ = Self.disconnect(link, InMemoryLink.subscribing, &state, self.deferral)
            state.nodes[ObjectIdentifier(link)] = nil
        }
    }

    private static func disconnect(
        _ link: InMemoryLink,
        _ part: Int,
        _ state: inout State,
        _ deferral: DeferredDelivery?
    ) -> UInt64? {
        let id = ObjectIdentifier(link)
        guard part == InMemoryLink.subscribing else {
            defer { state.nodes[id]?.publishing = nil }
            return state.nodes[id]?.publishing
        }
        for channel in state.nodes[id]?.channels ?? [] { Self.remove(link, from: channel, &state) }
        deferral?.forget(link)
        defer {
            state.nodes[id]?.subscribing = nil
            state.nodes[id]?.channels = []
        }
        return state.nodes[id]?.subscribing
    }

    // MARK: Faults

    /// Cuts halves of a node.
    ///
    /// - Returns: The connections that were lost by it.
    func cut(_ link: InMemoryLink, _ halves: InMemoryHalf) -> [(part: Int, connection: UInt64)] {
        self.state.withLock { state in
            let id = ObjectIdentifier(link)
            state.nodes[id, default: NodeState()].cut.formUnion(halves)
            var lost: [(part: Int, connection: UInt64)] = []
            for part in [InMemoryLink.publishing, InMemoryLink.subscribing] {
                guard halves.contains(InMemoryLink.half(of: part)) else { continue }
                if let connection = Self.disconnect(link, part, &state, self.deferral) {
                    lost.append((part, connection))
                }
            }
            return lost
        }
    }

    func restore(_ link: InMemoryLink) {
        self.state.withLock { $0.nodes[ObjectIdentifier(link)]?.cut = [] }
    }
}
