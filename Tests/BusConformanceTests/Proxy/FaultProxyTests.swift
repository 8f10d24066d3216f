import BusConformanceProxy
import NIOCore
import Testing

/// The proxy against a plain echo server, whose clients say what they are with their first byte.
@Suite(.timeLimit(.minutes(1)))
struct FaultProxyTests {
    private struct Setup {
        var server: EchoServer
        var proxy: FaultProxy
    }

    private func setup() async throws -> Setup {
        let server = try await EchoServer.started()
        let proxy = try await FaultProxy.started(
            before: .tcp(host: "127.0.0.1", port: server.port),
            makeFilter: { $0 == "a" ? UppercaseFilter() : nil },
            label: { firstBytes in
                switch firstBytes.readableBytesView.first {
                case nil: nil
                case UInt8(ascii: "a"): "a"
                case UInt8(ascii: "b"): "b"
                // Not enough to say.
                case UInt8(ascii: "?"): firstBytes.readableBytes > 1 ? "late" : nil
                default: .other
                }
            }
        )
        return Setup(server: server, proxy: proxy)
    }

    private func client(_ setup: Setup, _ label: String) async throws -> ProxyClient {
        let client = try await ProxyClient.connected(to: setup.proxy.port)
        await client.roundTrip(label)
        return client
    }

    @Test func bytesPassBothWays() async throws {
        let setup = try await self.setup()
        let client = try await self.client(setup, "a")
        await client.roundTrip("hello")
        #expect(client.seen.text == "ahello")
        #expect(await setup.proxy.connections("a") == 1)
        #expect(await setup.proxy.attempts() == 1)
    }

    @Test func aLabelMayNeedMoreThanTheFirstBytes() async throws {
        let setup = try await self.setup()
        let client = try await ProxyClient.connected(to: setup.proxy.port)
        client.send("?")
        await setup.proxy.heal()
        #expect(await setup.proxy.attempts() == 0)
        client.send("!")
        await client.wait { $0.text == "?!" }
        #expect(await setup.proxy.connections("late") == 1)
    }

    /// More than the proxy keeps: its reading waits for its writing, and nothing is lost.
    @Test func backPressurePassesThrough() async throws {
        let setup = try await self.setup()
        let client = try await self.client(setup, "b")
        let block = String(repeating: "0123456789abcdef", count: 4_096)
        for _ in 0..<64 { client.send(block) }
        let size = 64 * block.utf8.count + 1
        let seen = await client.wait { $0.text.utf8.count >= size }
        #expect(seen.text.utf8.count == size)
        #expect(setup.server.receivedBytes == size)
    }

    @Test func aHalfCloseReachesTheOtherEndBehindTheBytes() async throws {
        let setup = try await self.setup()
        let client = try await self.client(setup, "b")
        let text = String(repeating: "x", count: 100_000)
        client.send(text)
        client.end()
        let seen = await client.wait { $0.hasEnded }
        #expect(seen.text.utf8.count == text.utf8.count + 1)
        await client.wait { $0.isClosed }
        #expect(!client.seen.wasReset)
    }

    @Test func theBackendsCloseReachesTheClient() async throws {
        let setup = try await self.setup()
        let client = try await self.client(setup, "a")
        setup.server.hangUp()
        await client.wait { $0.hasEnded }
    }

    @Test func aBackendThatIsNotThereResets() async throws {
        let setup = try await self.setup()
        try await setup.server.stop()
        let client = try await ProxyClient.connected(to: setup.proxy.port)
        client.send("a")
        await client.wait { $0.isClosed }
    }

    @Test func disconnectingSparesOtherLabels() async throws {
        let setup = try await self.setup()
        let (victim, other) = (try await self.client(setup, "a"), try await self.client(setup, "b"))
        await setup.proxy.disconnect("a")
        let seen = await victim.wait { $0.hasEnded }
        #expect(!seen.wasReset)
        await other.roundTrip("still here")
        _ = try await self.client(setup, "a")
    }

    @Test func resettingSendsAReset() async throws {
        let setup = try await self.setup()
        let victim = try await self.client(setup, "a")
        await setup.proxy.reset("a")
        let seen = await victim.wait { $0.isClosed }
        #expect(seen.wasReset)
        #expect(await setup.proxy.connections() == 0)
    }

    @Test func refusingHitsNewConnectionsOnly() async throws {
        let setup = try await self.setup()
        let present = try await self.client(setup, "a")
        await setup.proxy.refuse("a")
        let refused = try await ProxyClient.connected(to: setup.proxy.port)
        refused.send("a")
        await refused.wait { $0.isClosed }
        #expect(refused.seen.text.isEmpty)
        await present.roundTrip("still here")
        await setup.proxy.heal()
        _ = try await self.client(setup, "a")
    }

    /// What is sent into a black hole arrives when it is gone; the other label proves that the proxy had its turn meanwhile.
    @Test func aBlackHoleSwallowsUntilItIsHealed() async throws {
        let setup = try await self.setup()
        let (victim, other) = (try await self.client(setup, "a"), try await self.client(setup, "b"))
        await setup.proxy.blackhole("a")
        let before = setup.server.receivedBytes
        victim.send("lost?")
        let silent = try await ProxyClient.connected(to: setup.proxy.port)
        silent.send("another")
        await other.roundTrip("sentinel")
        #expect(victim.seen.text == "a")
        #expect(silent.seen.text.isEmpty && !silent.seen.isClosed)
        #expect(setup.server.receivedBytes == before + "sentinel".utf8.count)
        #expect(setup.server.connections == 2)
        await setup.proxy.heal()
        await victim.wait { $0.text == "alost?" }
        await silent.wait { $0.text == "another" }
    }

    @Test func aBlackHoleHidesThatTheClientHasGone() async throws {
        let setup = try await self.setup()
        let (victim, other) = (try await self.client(setup, "a"), try await self.client(setup, "b"))
        let silent = try await ProxyClient.connected(to: setup.proxy.port)
        await setup.proxy.blackhole("a")
        silent.send("another")
        try await victim.close()
        try await silent.close()
        await other.roundTrip("sentinel")
        #expect(await setup.proxy.connections("a") >= 1)
        await setup.proxy.heal()
        await other.roundTrip("afterwards")
        // The one that never reached the backend does not now.
        #expect(setup.server.connections == 2)
    }

    @Test func aBlackHoleMayHaveOneDirection() async throws {
        let setup = try await self.setup()
        let (victim, other) = (try await self.client(setup, "a"), try await self.client(setup, "b"))
        await setup.proxy.blackhole("a", .fromBackend)
        victim.send("heard")
        await other.roundTrip("first sentinel")
        await other.roundTrip("second one")
        #expect(victim.seen.text == "a")
        await setup.proxy.heal()
        await victim.wait { $0.text == "aheard" }
        #expect(setup.server.receivedBytes == 2 + "heardfirst sentinelsecond one".utf8.count)
    }

    @Test func bytesMayComeOneByOne() async throws {
        let setup = try await self.setup()
        await setup.proxy.slow(bytesPerWrite: 1)
        let client = try await self.client(setup, "a")
        let text = String(repeating: "abcdefghij", count: 20)
        client.send(text)
        let seen = await client.wait { $0.text.utf8.count > text.utf8.count }
        #expect(seen.text == "a" + text)
        #expect(seen.reads > 2)
    }

    @Test func latencyHoldsBackBothWays() async throws {
        let setup = try await self.setup()
        let client = try await self.client(setup, "a")
        let latency = Duration.milliseconds(20)
        await setup.proxy.slow(latency: latency)
        let clock = ContinuousClock()
        let start = clock.now
        await client.roundTrip("x")
        #expect(clock.now - start >= latency + latency)
        // What comes while something waits keeps its place behind it.
        client.send("first,")
        client.send("second")
        await client.wait { $0.text == "axfirst,second" }
    }

    @Test func starvingDropsWhatTheFilterKnowsToBeMessages() async throws {
        let setup = try await self.setup()
        let victim = try await self.client(setup, "a")
        await setup.proxy.starve("a")
        victim.send("aMbMc")
        await victim.wait { $0.text == "aabc" }
        let fresh = try await self.client(setup, "a")
        await fresh.roundTrip("M")
        let spared = try await self.client(setup, "b")
        await setup.proxy.starve()
        await spared.roundTrip("M")
        await setup.proxy.heal()
        for starved in [victim, fresh] { await starved.wait { $0.hasEnded } }
        await spared.roundTrip("M")
    }
}

/// Takes upper-case letters for messages.
private struct UppercaseFilter: FaultProxyFilter {
    mutating func pass(_ bytes: ByteBuffer, dropping drops: Bool) -> ByteBuffer {
        guard drops else { return bytes }
        return ByteBuffer(bytes: bytes.readableBytesView.filter { !(UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0) })
    }
}
