import DequeModule
import NIOCore

/// The channels of a bus: who is subscribed, what the backend has been told, and what it is to be told next.
///
/// A value without side effects: what has to happen outside is returned.
struct SubscriptionTable {
    /// A command for the link.
    enum WireCommand {
        case subscribe([BusLinkSubscription])
        case unsubscribe([BusChannel])
    }

    private enum WireRequest {
        case subscribe(token: UInt64)
        case unsubscribe(BusChannel)
    }

    /// What the table knows of one part of the link.
    private struct PartState {
        var isUp = false
        var requests: Deque<WireRequest> = []
        var unconfirmed = 0
        /// Channels to be confirmed before the part counts as restored.
        var resynchronizing = 0
    }

    private var slots = ChannelSlots()
    private(set) var entries: [ChannelEntry?] = []
    private var parts: [PartState]
    private var serial: UInt32 = 0
    private let batch: Int
    private let window: Int
    /// Channels that the backend does not hold on the present connection.
    private var channelsOffWire = 0
    /// How often a subscribing part has been lost.
    private(set) var lossCount = 0

    init(parts: Int, configuration: LinkedBusConfiguration) {
        self.parts = Array(repeating: PartState(), count: parts)
        self.batch = max(1, configuration.subscribeBatch)
        self.window = max(self.batch, configuration.subscribeWindow)
    }

    /// Channels that somebody is subscribed to, or that linger.
    var count: Int { self.slots.count }

    /// Whether every channel of a part that was interrupted has been confirmed again.
    func isSynchronized(_ part: Int) -> Bool { self.parts[part].resynchronizing == 0 }

    /// Finds a channel.
    func slot(of channel: BusChannel) -> Int? { self.slots.slot(of: channel) }

    /// Finds a channel by the bytes of its name.
    func slot(ofBytes bytes: ByteBuffer) -> Int? { self.slots.slot(ofBytes: bytes) }

    /// Finds the channel that a request was for, if the request is still the latest one.
    func slot(ofToken token: UInt64) -> Int? {
        let slot = RequestToken.slot(of: token)
        guard slot < self.entries.count, self.entries[slot]?.token == token else { return nil }
        return slot
    }

    /// Whether messages to a channel that were handed over at `lossCount`, and accepted before now, provably do not come back.
    func missesEcho(of channel: BusChannel, handedOverAt lossCount: Int) -> Bool {
        guard self.channelsOffWire > 0, lossCount == self.lossCount else { return false }
        guard let slot = self.slot(of: channel), let entry = self.entries[slot] else { return false }
        return !entry.mayBeOnWire && !entry.subscribers.isEmpty
    }

    // MARK: Interest

    /// Adds a subscription's interest in a channel.
    ///
    /// - Returns: Whether it is active at once, because the channel is confirmed already.
    mutating func add(
        _ subscription: LinkedSubscription,
        receiver: Int,
        to channel: BusChannel,
        part: Int
    ) -> Bool {
        let slot = self.slot(of: channel) ?? self.makeEntry(channel, part)
        let isFirst = self.entries[slot]?.subscribers.isEmpty ?? true
        // After a linger the channel is asked for anew: what was published before this subscription is not for it.
        if isFirst { self.request(slot) }
        let isActive = self.entries[slot]?.wire == .confirmed
        self.entries[slot]?.subscribers.append(
            ChannelEntry.Subscriber(
                subscription: subscription,
                receiver: receiver,
                status: isActive ? .active : .pending
            )
        )
        return isActive
    }

    /// Withdraws a subscription's interest in a channel.
    ///
    /// - Returns: A token to give to ``release(lingering:)`` later if the channel is to linger.
    mutating func remove(_ subscription: LinkedSubscription, from channel: BusChannel, lingers: Bool) -> UInt64? {
        guard let slot = self.slot(of: channel) else { return nil }
        self.entries[slot]?.subscribers.removeAll { $0.subscription === subscription }
        guard let entry = self.entries[slot], entry.subscribers.isEmpty else { return nil }
        if lingers, entry.mayBeOnWire { return entry.token }
        self.free(slot)
        return nil
    }

    /// Gives up a channel that has lingered, unless somebody has asked for it again.
    mutating func release(lingering token: UInt64) {
        guard let slot = self.slot(ofToken: token), self.entries[slot]?.subscribers.isEmpty == true else { return }
        self.free(slot)
    }

    /// Ends a channel that the backend refuses for good.
    ///
    /// - Returns: Those who were subscribed.
    mutating func end(_ slot: Int) -> [ChannelEntry.Subscriber] {
        let subscribers = self.entries[slot]?.subscribers ?? []
        self.free(slot)
        return subscribers
    }

    /// Ends every channel.
    ///
    /// - Returns: The channels and those who were subscribed.
    mutating func endAll() -> [ChannelEntry] {
        let rest = self.entries.compactMap { $0 }
        self.slots = ChannelSlots()
        self.entries = []
        self.channelsOffWire = 0
        for part in self.parts.indices { self.parts[part] = PartState() }
        return rest
    }

    // MARK: The link

    /// A part is connected: every channel of it has to be asked for.
    mutating func connected(_ part: Int) {
        self.parts[part] = PartState(isUp: true)
        for slot in self.entries.indices where self.entries[slot]?.part == part {
            self.entries[slot]?.isResynchronizing = true
            self.parts[part].resynchronizing += 1
            self.request(slot)
        }
    }

    /// A part is lost: its channels are interrupted, and those that only lingered are forgotten.
    ///
    /// - Returns: The subscriptions that were active, once for each interrupted channel.
    mutating func lost(_ part: Int) -> [LinkedSubscription] {
        var interrupted: [LinkedSubscription] = []
        self.lossCount += 1
        self.parts[part] = PartState()
        for slot in self.entries.indices {
            guard var entry = self.entries[slot], entry.part == part else { continue }
            entry.wire = .unwritten
            if entry.mayBeOnWire { self.channelsOffWire += 1 }
            entry.mayBeOnWire = false
            entry.isHeld = false
            entry.isResynchronizing = false
            self.entries[slot] = entry
            interrupted += self.interruptSubscribers(slot)
            if entry.subscribers.isEmpty { self.free(slot) }
        }
        return interrupted
    }

    /// A part has come into being.
    mutating func addPart() {
        self.parts.append(PartState())
    }

    /// Another part serves a channel from now on: it is asked for there, and forgotten if it only lingered.
    ///
    /// - Returns: The subscriptions that were active.
    mutating func move(_ slot: Int, to part: Int) -> [LinkedSubscription] {
        guard let entry = self.entries[slot] else { return [] }
        if entry.mayBeOnWire, self.parts[entry.part].isUp {
            self.parts[entry.part].requests.append(.unsubscribe(entry.channel))
        }
        return self.interrupt(slot, part)
    }

    /// The backend has ended a channel's subscription by itself: it is asked for again.
    ///
    /// - Returns: The subscriptions that were active.
    mutating func withdraw(_ slot: Int) -> [LinkedSubscription] {
        // What has been asked and not answered is executed after it, and subscribes again.
        guard let entry = self.entries[slot], entry.mayBeOnWire, entry.wire != .written else { return [] }
        return self.interrupt(slot, entry.part)
    }

    private mutating func interrupt(_ slot: Int, _ part: Int) -> [LinkedSubscription] {
        guard var entry = self.entries[slot] else { return [] }
        self.lossCount += 1
        self.settle(&entry)
        let isSamePart = entry.part == part
        entry.part = part
        entry.isHeld = false
        self.entries[slot] = entry
        // On the same part an earlier request may still be under way.
        if !isSamePart { self.setOnWire(slot, false) }
        guard !entry.subscribers.isEmpty else {
            self.free(slot)
            return []
        }
        if self.parts[part].isUp {
            self.entries[slot]?.isResynchronizing = true
            self.parts[part].resynchronizing += 1
        }
        self.request(slot)
        return self.interruptSubscribers(slot)
    }

    private mutating func interruptSubscribers(_ slot: Int) -> [LinkedSubscription] {
        guard var entry = self.entries[slot] else { return [] }
        var interrupted: [LinkedSubscription] = []
        for subscriber in entry.subscribers.indices where entry.subscribers[subscriber].status == .active {
            entry.subscribers[subscriber].status = .interrupted
            interrupted.append(entry.subscribers[subscriber].subscription)
        }
        self.entries[slot] = entry
        return interrupted
    }

    /// Takes the next commands that a part may be sent now, in order.
    mutating func nextCommands(_ part: Int) -> [WireCommand] {
        guard self.parts[part].isUp, !self.parts[part].requests.isEmpty else { return [] }
        var commands: [WireCommand] = []
        while self.parts[part].unconfirmed < self.window, let request = self.parts[part].requests.first {
            switch request {
            case .subscribe: self.takeSubscribes(part, into: &commands)
            case .unsubscribe: self.takeUnsubscribes(part, into: &commands)
            }
        }
        return commands
    }

    /// The backend confirmed a request.
    ///
    /// - Returns: Those whose channel became active, with whether they are owed a gap.
    mutating func confirmed(_ token: UInt64) -> [(ChannelEntry.Subscriber, owesGap: Bool)] {
        let part = RequestToken.part(of: token)
        guard part < self.parts.count else { return [] }
        self.parts[part].unconfirmed = max(0, self.parts[part].unconfirmed - 1)
        guard let slot = self.slot(ofToken: token), var entry = self.entries[slot], entry.wire == .written else {
            return []
        }
        entry.wire = .confirmed
        entry.isHeld = true
        self.settle(&entry)
        var activated: [(ChannelEntry.Subscriber, owesGap: Bool)] = []
        for position in entry.subscribers.indices where entry.subscribers[position].status != .active {
            activated.append((entry.subscribers[position], entry.subscribers[position].status == .interrupted))
            entry.subscribers[position].status = .active
        }
        self.entries[slot] = entry
        return activated
    }

    /// The backend refused a request.
    ///
    /// - Returns: The slot, if the request is still the latest one.
    mutating func refused(_ token: UInt64) -> Int? {
        let part = RequestToken.part(of: token)
        guard part < self.parts.count else { return nil }
        self.parts[part].unconfirmed = max(0, self.parts[part].unconfirmed - 1)
        guard let slot = self.slot(ofToken: token) else { return nil }
        self.entries[slot]?.wire = .unwritten
        self.setOnWire(slot, self.entries[slot]?.isHeld == true)
        return slot
    }

    /// Asks for a channel once more.
    mutating func retry(_ token: UInt64) {
        guard let slot = self.slot(ofToken: token), self.entries[slot]?.wire == .unwritten else { return }
        self.request(slot)
    }

    // MARK: Inside

    private mutating func makeEntry(_ channel: BusChannel, _ part: Int) -> Int {
        let slot = self.slots.insert(channel)
        let entry = ChannelEntry(channel: channel, part: part)
        if slot == self.entries.count { self.entries.append(entry) } else { self.entries[slot] = entry }
        self.channelsOffWire += 1
        return slot
    }

    private mutating func request(_ slot: Int) {
        guard let part = self.entries[slot]?.part else { return }
        self.serial &+= 1
        let token = RequestToken.make(serial: self.serial, part: part, slot: slot)
        self.entries[slot]?.token = token
        self.entries[slot]?.wire = .unwritten
        if self.parts[part].isUp { self.parts[part].requests.append(.subscribe(token: token)) }
    }

    private mutating func free(_ slot: Int) {
        guard var entry = self.entries[slot] else { return }
        if entry.mayBeOnWire, self.parts[entry.part].isUp {
            self.parts[entry.part].requests.append(.unsubscribe(entry.channel))
        }
        if !entry.mayBeOnWire { self.channelsOffWire -= 1 }
        self.settle(&entry)
        self.slots.remove(slot)
        self.entries[slot] = nil
    }

    private mutating func setOnWire(_ slot: Int, _ isOnWire: Bool) {
        guard let wasOnWire = self.entries[slot]?.mayBeOnWire, wasOnWire != isOnWire else { return }
        self.entries[slot]?.mayBeOnWire = isOnWire
        self.channelsOffWire += isOnWire ? -1 : 1
    }

    private mutating func settle(_ entry: inout ChannelEntry) {
        guard entry.isResynchronizing else { return }
        entry.isResynchronizing = false
        self.parts[entry.part].resynchronizing -= 1
    }

    private mutating func takeSubscribes(_ part: Int, into commands: inout [WireCommand]) {
        var requests: [BusLinkSubscription] = []
        while requests.count < self.batch, case .subscribe(let token) = self.parts[part].requests.first {
            self.parts[part].requests.removeFirst()
            guard let slot = self.slot(ofToken: token), let channel = self.entries[slot]?.channel else { continue }
            self.entries[slot]?.wire = .written
            self.setOnWire(slot, true)
            requests.append(BusLinkSubscription(channel: channel, token: token))
        }
        guard !requests.isEmpty else { return }
        self.parts[part].unconfirmed += requests.count
        commands.append(.subscribe(requests))
    }

    private mutating func takeUnsubscribes(_ part: Int, into commands: inout [WireCommand]) {
        var channels: [BusChannel] = []
        while channels.count < self.batch, case .unsubscribe(let channel) = self.parts[part].requests.first {
            self.parts[part].requests.removeFirst()
            channels.append(channel)
        }
        commands.append(.unsubscribe(channels))
    }
}
