import Dispatch
import HubProtocol
import HubRuntime
import HubRuntimeTestSupport
import InMemoryBus
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct OutboundTests {
    @Test func aClientThatDoesNotReadIsDisconnectedAndHarmsNobody() async throws {
        let (ended, end) = AsyncStream.makeStream(of: (any Error)?.self)
        var hooks = TestHooks()
        hooks.disconnected = { _, error in end.yield(error) }
        let node = try TestNode(on: InMemoryBus(), hooks: hooks) { $0.maximumOutboundMessages = 50 }
        let slow = try await node.connect("slow")
        let fast = try await node.connect("fast")
        try await slow.setBlocked(true)
        let text = String(repeating: "x", count: 4_000)
        for number in 0..<200 {
            try await node.context.clients.all.send("Text", text, number)
            #expect(await fast.next("Text") == [.string(text), .int(Int64(number))])
        }
        #expect(node.endpoint.statistics.overflowed == 1)
        // What had been written before arrives, then the reason.
        try await slow.setBlocked(false)
        guard case .closeMessage(.some, true) = await slow.close() else {
            Issue.record("no Close message that allows to reconnect")
            return
        }
        #expect(await slow.closed()?.code == .policyViolation)
        let error = await ended.first { _ in true }
        #expect((error as? HubConnectionError)?.code == .tooSlow)
        let numbers = slow.received("Text").map { $0[1] }
        #expect(numbers == (0..<numbers.count).map { .int(Int64($0)) })
    }

    @Test func theBoundInBytesCountsWhatTheTransportHolds() async throws {
        let node = try TestNode(on: InMemoryBus()) { $0.maximumOutboundBytes = 200_000 }
        let slow = try await node.connect("slow")
        try await slow.setBlocked(true)
        for _ in 0..<100 { try await node.context.clients.all.send("Text", String(repeating: "x", count: 10_000)) }
        try await slow.invokeNothing()
        let peak = try await slow.withTransport { $0.peakBuffered }
        #expect((peak ?? .max) < 200_000)
        #expect(node.endpoint.statistics.overflowed == 1)
    }

    @Test func aGoodbyeFindsRoomHoweverFullTheTransportIs() async throws {
        let node = try TestNode(on: InMemoryBus()) { $0.maximumOutboundBytes = 10_000 }
        let slow = try await node.connect("slow")
        try await slow.setBlocked(true)
        // One message beyond the bound is taken when nothing else waits; the next one is too much.
        try await node.context.clients.all.send("Text", String(repeating: "x", count: 100_000))
        try await node.context.clients.all.send("Text", "y")
        try await slow.invokeNothing()
        #expect(node.endpoint.statistics.overflowed == 1)
        try await slow.setBlocked(false)
        guard case .closeMessage(.some, true) = await slow.close() else {
            Issue.record("no Close message")
            return
        }
        #expect(await slow.closed() != nil)
    }

    @Test func theOldestMessagesAreDroppedIfThatIsThePolicyButNoAnswerIs() async throws {
        let node = try TestNode(on: InMemoryBus()) {
            $0.maximumOutboundMessages = 10
            $0.outboundPolicy = .dropOldest
        }
        let client = try await node.open("a", watermark: 1)
        try await client.shakeHands()
        try await client.invoke("Join", "g")
        try await client.setBlocked(true)
        try await node.context.clients.all.send("Number", -1)
        let answer = try await client.begin("Add", [20, 22])
        await node.answered(2)
        for number in 0..<100 {
            try await node.context.clients.all.send("Number", number)
            // Messages of one turn are joined, and would be dropped together.
            try await client.invokeNothing()
        }
        #expect(node.endpoint.statistics.dropped == 91)
        #expect(node.endpoint.statistics.overflowed == 0)
        try await client.setBlocked(false)
        #expect(try await client.completion(of: answer) == 42)
        try await node.context.clients.all.send("Number", 100)
        while await client.next("Number") != [100] {}
        let numbers = client.received("Number").compactMap(\.first)
        #expect(numbers == [-1] + (91...100).map { .int($0) })
    }

    @Test func aSenderToOneConnectionWaitsForItAndGivesUpAfterTenSeconds() async throws {
        let node = try TestNode(on: InMemoryBus()) { $0.maximumOutboundMessages = 10_000 }
        let client = try await node.connect("a")
        try await client.setBlocked(true)
        let sent = Mutex(0)
        let (progress, moved) = AsyncStream.makeStream(of: Int.self)
        let sender = Task {
            for number in 0..<2_000 {
                try await node.context.clients.client("a").send("Text", String(repeating: "x", count: 1_000), number)
                moved.yield(
                    sent.withLock {
                        $0 += 1; return $0
                    }
                )
            }
        }
        // It gets as far as the transport's watermark and the direct messages that may be under way.
        for await count in progress where count >= 60 { break }
        try await client.setBlocked(false)
        for number in 0..<2_000 { #expect(await client.next("Text").last == .int(Int64(number))) }
        try await sender.value

        try await client.setBlocked(true)
        let second = Task {
            for _ in 0..<200 {
                try await node.context.clients.client("a").send("Text", String(repeating: "x", count: 1_000))
            }
        }
        let finished = Mutex(false)
        let watcher = Task {
            try await second.value
            finished.withLock { $0 = true }
        }
        while !finished.withLock({ $0 }) {
            await node.advance(bySeconds: 1)
            await Task.yield()
        }
        try await watcher.value
    }

    @Test func messagesOfOneTurnAreWrittenTogetherAndFlushedOnce() async throws {
        let bus = InMemoryBus()
        let node = try TestNode(on: bus)
        let client = try await node.connect("a")
        let before = try await client.withTransport { ($0.writes, $0.flushes) } ?? (0, 0)
        // The loop is busy while the bus brings a hundred messages.
        try await node.whileTheLoopIsBusy {
            for number in 0..<100 { try await node.context.clients.all.send("Number", number) }
        }
        for number in 0..<100 { #expect(await client.next("Number") == [.int(Int64(number))]) }
        let after = try await client.withTransport { ($0.writes, $0.flushes) } ?? (0, 0)
        #expect(after.0 - before.0 == 1)
        #expect(after.1 - before.1 == 1)
    }

    @Test func whatIsJoinedIsBounded() async throws {
        let node = try TestNode(on: InMemoryBus())
        let client = try await node.connect("a")
        let before = try await client.withTransport { $0.writes } ?? 0
        let text = String(repeating: "x", count: 10_000)
        try await node.whileTheLoopIsBusy {
            for number in 0..<60 { try await node.context.clients.all.send("Text", text, number) }
        }
        for number in 0..<60 { #expect(await client.next("Text").last == .int(Int64(number))) }
        let after = try await client.withTransport { $0.writes } ?? 0
        // Six messages of 10 KB fit into 64 KiB.
        #expect(after - before == 10)
        #expect(node.endpoint.statistics.overflowed == 0)
    }

    @Test func aLargeFanOutIsCutIntoSlicesThatKeepTheOrder() async throws {
        let node = try TestNode(on: InMemoryBus())
        var clients: [TestClient] = []
        for number in 0..<1_300 {
            let client = try await node.open("c\(number)")
            try await client.shakeHands()
            clients.append(client)
        }
        try await clients[0].invoke("Echo", 1)
        try await clients[1_299].invoke("Echo", 1)
        try await node.context.clients.all.send("Number", 1)
        try await node.context.clients.client("c1299").send("Direct")
        try await node.context.clients.all.send("Number", 2)
        await node.loops[0].run()
        let inFirstTurn = clients.filter { $0.received("Number").count > 0 }.count
        #expect(inFirstTurn == 512)
        for _ in 0..<20 { await node.loops[0].advanceTime(by: .milliseconds(1)) }
        for client in clients { #expect(client.received("Number") == [[1], [2]]) }
        let last = clients[1_299].inbox.history.suffix(3)
        #expect(
            Array(last) == [
                .invocation(target: "Number", arguments: [1]), .invocation(target: "Direct", arguments: []),
                .invocation(target: "Number", arguments: [2]),
            ]
        )
    }

    /// Writers of every kind, a client that reads now and then, and two framings: one order per source, nothing lost, nothing
    /// twice, bounds kept.
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func randomWritesArriveOnceAndInOrder(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let node = try TestNode(on: InMemoryBus()) {
            $0.maximumOutboundMessages = 100_000
            $0.maximumOutboundBytes = 100_000_000
            $0.maximumParallelInvocations = 4
        }
        let framing: TransportFraming = seed % 2 == 0 ? .raw : .webSocket
        let client = try await node.open("a", framing: framing, watermark: Int.random(in: 1...5_000, using: &generator))
        try await client.shakeHands()
        try await client.invoke("Join", "g")
        var sent: [String: Int] = [:]
        for _ in 0..<300 {
            let source =
                ["All", "Group", "Direct", "Answer", "Block", "Unblock"].randomElement(using: &generator) ?? "All"
            let number = sent[source, default: 0]
            sent[source] = number + 1
            let padding = String(repeating: "x", count: Int.random(in: 0...400, using: &generator))
            switch source {
            case "All": try await node.context.clients.all.send("All", number, padding)
            case "Group": try await node.context.clients.group("g").send("Group", number, padding)
            case "Direct": Task { try await node.context.clients.client("a").send("Direct", 0, padding) }
            case "Answer":
                try await client.send(.invocation(invocationID: "n\(number)", target: "Add", arguments: [1, 1]))
            case "Block": try await client.setBlocked(true)
            default: try await client.setBlocked(false)
            }
        }
        try await client.setBlocked(false)
        for _ in 0..<sent["Direct", default: 0] { _ = await client.next("Direct") }
        for source in ["All", "Group"] {
            for number in 0..<sent[source, default: 0] {
                #expect(await client.next(source).first == .int(Int64(number)))
            }
        }
        for number in 0..<sent["Answer", default: 0] { #expect(try await client.completion(of: "n\(number)") == 2) }
        try await client.invoke("Echo", "end")
        #expect(client.received("All").count == sent["All", default: 0])
        #expect(client.received("Group").count == sent["Group", default: 0])
        #expect(client.received("Direct").count == sent["Direct", default: 0])
        #expect(!client.inbox.history.contains { if case .nonsense = $0 { true } else { false } })
        #expect(try await client.withTransport { $0.bufferedBytes } == 0)
    }
}

extension TestClient {
    /// Gives the loop a turn.
    func invokeNothing() async throws { try await self.onLoop {} }
}

extension TestNode {
    /// Keeps the first loop from doing anything while a body runs.
    func whileTheLoopIsBusy(_ body: () async throws -> Void) async throws {
        let gate = DispatchSemaphore(value: 0)
        let (entered, enter) = AsyncStream.makeStream(of: Void.self)
        self.loops[0].execute {
            enter.yield()
            gate.wait()
        }
        _ = await entered.first { _ in true }
        defer { gate.signal() }
        try await body()
    }

    /// Waits until a number of invocations has ended and their answers have been handed to the loop.
    func answered(_ count: Int) async {
        while self.endpoint.statistics.invocations < count { await Task.yield() }
        await self.loops[0].run()
    }
}
