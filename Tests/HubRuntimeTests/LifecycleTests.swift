import BusCore
import HubProtocol
import HubRuntime
import HubRuntimeTestSupport
import InMemoryBus
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct LifecycleTests {
    private enum Step: Equatable { case connected, invoked(String), disconnected(hasError: Bool) }

    @Test func theHubSeesConnectInvocationsDisconnectInThisOrder() async throws {
        let gates = Gates()
        let steps = Mutex<[Step]>([])
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        var hooks = TestHooks()
        hooks.connected = { _ in
            await gates.enter("connected")
            steps.withLock { $0.append(.connected) }
        }
        hooks.disconnected = { _, error in
            steps.withLock { $0.append(.disconnected(hasError: error != nil)) }
            end.yield()
        }
        let node = try TestNode(on: InMemoryBus(), hooks: hooks)
        let client = try await node.open("a")
        try await client.shakeHands()
        _ = try await client.begin("Wait", ["running"])
        _ = try await client.begin("Wait", ["waiting"])
        await gates.arrival("connected")
        #expect(await hooks.gates.hasArrived("running") == false)
        await gates.open("connected")
        await hooks.gates.arrival("running")
        #expect(steps.withLock { $0 } == [.connected])
        // The client goes while one invocation runs and one waits: neither is lost, and both come before the farewell.
        try await client.disconnect(.failed(SecretError(text: "reset")))
        #expect(node.endpoint.statistics.connections == 1)
        await hooks.gates.open("running")
        await hooks.gates.arrival("waiting")
        #expect(steps.withLock { $0 } == [.connected])
        await hooks.gates.open("waiting")
        _ = await ended.first { _ in true }
        #expect(steps.withLock { $0 } == [.connected, .disconnected(hasError: true)])
    }

    @Test func aClientThatGoesWhileItConnectsIsStillTakenLeaveOf() async throws {
        let gates = Gates()
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        var hooks = TestHooks()
        hooks.connected = { _ in await gates.enter("connected") }
        hooks.disconnected = { _, _ in end.yield() }
        let node = try TestNode(on: InMemoryBus(), hooks: hooks)
        let client = try await node.open("a")
        try await client.shakeHands()
        await gates.arrival("connected")
        try await client.disconnect()
        await gates.open("connected")
        _ = await ended.first { _ in true }
        await node.endpoint.stop(within: .seconds(20))
        #expect(node.endpoint.statistics.connections == 0)
    }

    @Test func aHubThatRefusesAConnectionTellsTheClientWhyAndForgetsIt() async throws {
        let goodbyes = Mutex(0)
        var hooks = TestHooks()
        hooks.connected = { _ in throw HubError("Members only.") }
        hooks.disconnected = { _, _ in goodbyes.withLock { $0 += 1 } }
        let node = try TestNode(on: InMemoryBus(), hooks: hooks)
        let client = try await node.open("a")
        try await client.shakeHands()
        let text = "Connection closed with an error. HubException: Members only."
        #expect(await client.close() == .closeMessage(error: text, allowReconnect: false))
        #expect(await client.closed() != nil)
        await node.endpoint.stop(within: .seconds(20))
        #expect(node.endpoint.statistics.connections == 0)
        #expect(goodbyes.withLock { $0 } == 0)
    }

    @Test func groupsCanStillBeChangedWhileTheHubTakesLeave() async throws {
        let (ended, end) = AsyncStream.makeStream(of: Result<Void, any Error>.self)
        var hooks = TestHooks()
        hooks.disconnected = { call, _ in
            do {
                try await call.groups.remove(from: "g")
                end.yield(.success(()))
            } catch {
                end.yield(.failure(error))
            }
        }
        let node = try TestNode(on: InMemoryBus(), hooks: hooks)
        let client = try await node.connect("a")
        try await client.invoke("Join", "g")
        try await client.disconnect()
        let result = await ended.first { _ in true }
        #expect(throws: Never.self) { try result?.get() }
    }

    @Test func nothingIsLeftOfAConnectionThatHasGone() async throws {
        let broker = InMemoryBroker()
        let node = try TestNode(on: InMemoryBus(broker: broker))
        for round in 0..<20 {
            let client = try await node.connect("c\(round)", user: "u\(round)")
            try await client.invoke("Join", "g")
            try await client.disconnect()
        }
        await node.endpoint.stop(within: .seconds(20))
        let statistics = node.endpoint.statistics
        #expect(statistics.connections == 0)
        #expect(statistics.channels == 0)
        #expect(broker.subscriberCount(of: "Tests.TestHub:connection:c0") == 0)
    }

    @Test func theCallKnowsItsConnection() async throws {
        let (calls, seen) = AsyncStream.makeStream(of: HubCall.self)
        var hooks = TestHooks()
        hooks.connected = { seen.yield($0) }
        let node = try TestNode(on: InMemoryBus(), hooks: hooks)
        let client = try await node.connect("a", user: "ada")
        let call = try #require(await calls.first { _ in true })
        #expect(call.connectionID == "a")
        #expect(call.userID == "ada")
        #expect(call.request.path == "/hub")
        #expect(call.request.query["USER"] == "ada")
        #expect(!call.isDisconnected)
        try await client.disconnect()
        #expect(call.isDisconnected)
        // What is sent to it goes nowhere, and is no error.
        try await call.clients.caller.send(TestHub.message, "x")
    }

    @Test func stoppingTellsEveryClientThatItMayComeBack() async throws {
        let node = try TestNode(on: InMemoryBus(), loops: 2)
        let clients = [try await node.connect("a"), try await node.connect("b", loop: 1)]
        let unfinished = try await node.open("c")
        await node.endpoint.stop(within: .seconds(20))
        for client in clients {
            #expect(await client.close() == .closeMessage(error: nil, allowReconnect: true))
            #expect(await client.closed()?.code == .goingAway)
        }
        #expect(await unfinished.closed()?.code == .goingAway)
        #expect(node.endpoint.statistics.connections == 0)
        let error = await #expect(throws: BackplaneError.self) {
            try await node.context.clients.all.send(TestHub.message, "x")
        }
        #expect(error?.code == .closed)
        let late = try await node.open("late")
        #expect(await late.closed()?.code == .goingAway)
    }

    @Test func stoppingDoesNotWaitForCodeThatDoesNotEnd() async throws {
        let node = try TestNode(on: InMemoryBus())
        let client = try await node.connect("a")
        _ = try await client.begin("Wait", ["for ever"])
        await node.hooks.gates.arrival("for ever")
        await node.endpoint.stop(within: .milliseconds(50))
        #expect(await client.closed()?.code == .goingAway)
        #expect(node.endpoint.statistics.connections == 1)
        await node.hooks.gates.open("for ever")
    }
}
