import BusCore
import InMemoryBus
import NIOCore
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct InMemoryBusTests {
    @Test func `A message reaches the other node and comes back to its own`() async throws {
        let broker = InMemoryBroker()
        let (left, right) = (InMemoryBus(broker: broker), InMemoryBus(broker: broker))
        let (leftEvents, rightEvents) = (try left.events(on: ["news"]), try right.events(on: ["news"]))
        try await leftEvents.subscription.active(within: .seconds(5))
        try await rightEvents.subscription.active(within: .seconds(5))
        let receipt = try await left.publish(ByteBuffer(string: "hello"), to: "news")
        #expect(receipt == PublishReceipt(receivers: 2, echo: .returns))
        #expect(await leftEvents.firstText() == "hello")
        #expect(await rightEvents.firstText() == "hello")
        await left.close()
        await right.close()
    }

    @Test func `A cut node says so, and gets a gap before the first message afterwards`() async throws {
        let broker = InMemoryBroker()
        let (left, right) = (InMemoryBus(broker: broker), InMemoryBus(broker: broker))
        let events = try right.events(on: ["news"])
        try await events.subscription.active(within: .seconds(5))
        right.cut()
        try await right.reaches { if case .reconnecting = $0 { true } else { false } }
        await #expect(throws: BusError.self) { try await right.publish(ByteBuffer(string: "lost"), to: "news") }
        _ = try await left.publish(ByteBuffer(string: "missed"), to: "news")
        right.restore()
        try await right.connected(within: .seconds(5))
        _ = try await left.publish(ByteBuffer(string: "seen"), to: "news")
        var iterator = events.makeAsyncIterator()
        guard case .gap(let gap) = await iterator.next() else { return #expect(Bool(false), "no gap") }
        #expect(gap.reason == .linkLost)
        guard case .message(let message) = await iterator.next() else { return #expect(Bool(false), "no message") }
        #expect(String(buffer: message.payload) == "seen")
    }

    @Test func `With the subscribing half cut, receipts say that the echo is missed`() async throws {
        let bus = InMemoryBus()
        let events = try bus.events(on: ["news"])
        try await events.subscription.active(within: .seconds(5))
        bus.cut(.subscribing)
        try await bus.reaches { $0 == .degraded(.subscribing) }
        #expect(try await bus.publish(ByteBuffer(), to: "news").echo == .missed)
        #expect(try await bus.publish(ByteBuffer(), to: "elsewhere").echo == .returns)
        bus.restore()
        try await bus.connected(within: .seconds(5))
        #expect(try await bus.publish(ByteBuffer(), to: "news").echo == .returns)
    }

    @Test func `With the publishing half cut, messages still arrive`() async throws {
        let broker = InMemoryBroker()
        let (left, right) = (InMemoryBus(broker: broker), InMemoryBus(broker: broker))
        let events = try right.events(on: ["news"])
        try await events.subscription.active(within: .seconds(5))
        right.cut(.publishing)
        try await right.reaches { $0 == .degraded(.publishing) }
        let error = await #expect(throws: BusError.self) { try await right.publish(ByteBuffer(), to: "news") }
        #expect(error?.code == .notSent)
        _ = try await left.publish(ByteBuffer(string: "still"), to: "news")
        #expect(await events.firstText() == "still")
    }

    @Test func `A stalled publish is indeterminate, later ones are not sent, and it arrives once after all`()
        async throws
    {
        var configuration = InMemoryBus.defaultConfiguration
        configuration.publishDeadline = .milliseconds(50)
        let bus = InMemoryBus(configuration: configuration)
        let events = try bus.events(on: ["news"])
        try await events.subscription.active(within: .seconds(5))
        bus.stallPublishing()
        let first = await #expect(throws: BusError.self) { try await bus.publish(ByteBuffer(string: "a"), to: "news") }
        #expect(first?.code == .indeterminate)
        let second = await #expect(throws: BusError.self) { try await bus.publish(ByteBuffer(string: "b"), to: "news") }
        #expect(second?.code == .notSent)
        bus.restore()
        try await bus.connected(within: .seconds(5))
        _ = try await bus.publish(ByteBuffer(string: "c"), to: "news")
        var iterator = events.makeAsyncIterator()
        var texts: [String] = []
        while texts.last != "c", let event = await iterator.next() {
            if case .message(let message) = event { texts.append(String(buffer: message.payload)) }
        }
        #expect(texts == ["a", "c"])
    }

    @Test func `A starved subscription is found by the probe and restored`() async throws {
        var configuration = InMemoryBus.defaultConfiguration
        configuration.probeInterval = .milliseconds(20)
        configuration.probeDeadline = .milliseconds(50)
        let bus = InMemoryBus(configuration: configuration)
        let events = try bus.events(on: ["news"])
        try await events.subscription.active(within: .seconds(5))
        bus.starve()
        try await bus.reaches { $0 == .degraded(.subscribing) }
        try await bus.connected(within: .seconds(5))
        _ = try await bus.publish(ByteBuffer(string: "back"), to: "news")
        var iterator = events.makeAsyncIterator()
        guard case .gap = await iterator.next() else { return #expect(Bool(false), "no gap") }
        guard case .message = await iterator.next() else { return #expect(Bool(false), "no message") }
    }

    @Test func `A denied channel fails alone`() async throws {
        let bus = InMemoryBus()
        bus.deny("secret")
        let both = try bus.subscribe(to: ["open", "secret"], receiver: Recorder())
        let error = await #expect(throws: BusError.self) { try await both.active(within: .seconds(5)) }
        #expect(error?.code == .unauthorized)
        let open = try bus.subscribe(to: ["open"], receiver: Recorder())
        try await open.active(within: .seconds(5))
        #expect(bus.state == .connected)
    }

    @Test func `Prefixes separate applications that share a broker`() async throws {
        let broker = InMemoryBroker()
        let (one, two) = (InMemoryBus(broker: broker, prefix: "one:"), InMemoryBus(broker: broker, prefix: "two:"))
        let recorder = Recorder()
        let subscription = try one.subscribe(to: ["news"], receiver: recorder)
        try await subscription.active(within: .seconds(5))
        #expect(try await two.publish(ByteBuffer(string: "foreign"), to: "news").receivers == 0)
        #expect(try await one.publish(ByteBuffer(string: "own"), to: "news").receivers == 1)
        #expect(recorder.texts == ["own"])
    }

    @Test func `Deferred delivery arrives after the publish has returned, in the order of the channel`() async throws {
        let broker = InMemoryBroker(delivery: .deferred(seed: 7))
        let (left, right) = (InMemoryBus(broker: broker), InMemoryBus(broker: broker))
        let events = try right.events(on: ["a", "b"], buffer: BusBuffer(maximumCount: 10_000))
        try await events.subscription.active(within: .seconds(5))
        for number in 0..<1_000 {
            _ = try await left.publish(ByteBuffer(string: "\(number)"), to: number.isMultiple(of: 2) ? "a" : "b")
        }
        var next: [BusChannel: Int] = ["a": 0, "b": 1]
        var iterator = events.makeAsyncIterator()
        for _ in 0..<1_000 {
            guard case .message(let message) = await iterator.next() else { return #expect(Bool(false), "no message") }
            #expect(String(buffer: message.payload) == "\(next[message.channel] ?? -1)")
            next[message.channel, default: 0] += 2
        }
    }

    @Test func `From inside a receiver it is legal to publish, subscribe and cancel, and no call recurses`()
        async throws
    {
        let bus = InMemoryBus()
        let recorder = Recorder()
        let inner = Recorder()
        recorder.onText = { text in
            guard let number = Int(text), number < 5 else { return }
            bus.submit(ByteBuffer(string: "\(number + 1)"), to: "chain") { _ in }
            if number == 2 { _ = try? bus.subscribe(to: ["chain"], receiver: inner) }
        }
        let subscription = try bus.subscribe(to: ["chain"], receiver: recorder)
        try await subscription.active(within: .seconds(5))
        _ = try await bus.publish(ByteBuffer(string: "0"), to: "chain")
        #expect(recorder.texts == ["0", "1", "2", "3", "4", "5"])
        #expect(inner.texts == ["4", "5"] || inner.texts == ["3", "4", "5"])
        #expect(recorder.deepest == 1)
    }

    @Test func `Closing ends subscriptions, and everything afterwards is refused`() async throws {
        let bus = InMemoryBus()
        let recorder = Recorder()
        let subscription = try bus.subscribe(to: ["news"], receiver: recorder)
        try await subscription.active(within: .seconds(5))
        let states = bus.states
        async let history: [BusState] = states.reduce(into: []) { $0.append($1) }
        async let again: Void = bus.close()
        await bus.close()
        await again
        #expect(recorder.endings == [.closed])
        #expect(await history.last == .closed)
        let error = await #expect(throws: BusError.self) { try await bus.publish(ByteBuffer(), to: "news") }
        #expect(error?.code == .closed)
        #expect(throws: BusError.self) { try bus.subscribe(to: ["news"], receiver: recorder) }
        #expect(await bus.health().state == .closed)
        subscription.cancel()
    }
}

extension BusEventSequence {
    /// The text of the first message.
    func firstText() async -> String? {
        for await event in self {
            if case .message(let message) = event { return String(buffer: message.payload) }
        }
        return nil
    }
}

extension MessageBus {
    /// Waits for a state.
    func reaches(_ isWanted: @Sendable (BusState) -> Bool) async throws {
        for await state in self.states where isWanted(state) { return }
        throw BusError(.closed, "The bus never got there.")
    }
}

/// Keeps what it received.
final class Recorder: BusReceiver {
    private struct State {
        var texts: [String] = []
        var endings: [BusError.Code] = []
        var depth = 0
        var deepest = 0
        var onText: (@Sendable (String) -> Void)?
    }

    private let state = Mutex(State())

    var texts: [String] { self.state.withLock { $0.texts } }
    var endings: [BusError.Code] { self.state.withLock { $0.endings } }
    var deepest: Int { self.state.withLock { $0.deepest } }
    var onText: (@Sendable (String) -> Void)? {
        get { self.state.withLock { $0.onText } }
        set { self.state.withLock { $0.onText = newValue } }
    }

    func received(_ event: BusEvent) {
        self.state.withLock { state in
            state.depth += 1
            state.deepest = max(state.deepest, state.depth)
        }
        switch event {
        case .message(let message):
            let text = String(buffer: message.payload)
            let action = self.state.withLock { state in
                state.texts.append(text)
                return state.onText
            }
            action?(text)
        case .gap: break
        case .ended(_, let error): self.state.withLock { $0.endings.append(error.code) }
        }
        self.state.withLock { $0.depth -= 1 }
    }

    func readCompleted() {}
}
