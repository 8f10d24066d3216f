import HubProtocol
import HubRuntime
import HubRuntimeTestSupport
import InMemoryBus
import Testing

@Suite(.timeLimit(.minutes(1))) struct DispatchTests {
    @Test func methodNamesFoldASCIICaseOnly() async throws {
        let client = try await TestNode(on: InMemoryBus()).connect("a")
        #expect(try await client.invoke("aDD", 1, 2) == 3)
        await #expect(throws: InvocationFailed.self) { try await client.invoke("\u{C4}dd", 1, 2) }
        // The Kelvin sign is a K to Unicode, not to us.
        await #expect(throws: InvocationFailed.self) { try await client.invoke("Brea\u{212A}", 1, 2) }
    }

    @Test(
        arguments: [
            (
                "Nothing", [],
                "Failed to invoke 'Nothing' due to an error on the server. HubException: Method does not exist."
            ),
            ("Add", [.int(1)], "Failed to invoke 'Add' due to an error on the server."),
            ("Add", [.int(1), .string("x")], "Failed to invoke 'Add' due to an error on the server."),
            ("Add", [.int(1), .double(0.5)], "Failed to invoke 'Add' due to an error on the server."),
            (
                "Fail", [.bool(true), .string("Sorry.")],
                "An unexpected error occurred invoking 'Fail' on the server. HubException: Sorry."
            ),
            ("Fail", [.bool(false), .string("secret")], "An unexpected error occurred invoking 'Fail' on the server."),
        ] as [(String, [HubValue], String)]
    )
    func failuresAreToldInDotNetsWords(method: String, arguments: [HubValue], text: String) async throws {
        let client = try await TestNode(on: InMemoryBus()).connect("a")
        let id = try await client.begin(method, arguments)
        await #expect(throws: InvocationFailed(message: text)) { try await client.completion(of: id) }
        #expect(try await client.invoke("Add", 1, 2) == 3)
    }

    @Test(
        arguments: [
            ("Add", [.int(1)], "InvalidDataException: Invocation provides 1 argument(s) but target expects 2."),
            (
                "Add", [.int(1), .string("x")],
                "InvalidDataException: Error binding arguments. Make sure that the types of the"
            ),
            ("Fail", [.bool(false), .string("secret")], "SecretError: secret"),
        ] as [(String, [HubValue], String)]
    )
    func detailsAreToldIfTheyAreWanted(method: String, arguments: [HubValue], text: String) async throws {
        let client = try await TestNode(on: InMemoryBus()) { $0.detailedErrors = true }.connect("a")
        let id = try await client.begin(method, arguments)
        let error = await #expect(throws: InvocationFailed.self) { try await client.completion(of: id) }
        #expect(error?.message.contains(text) == true)
    }

    @Test func aStreamingInvocationOfAnOrdinaryMethodFails() async throws {
        let client = try await TestNode(on: InMemoryBus()).connect("a")
        try await client.send(.streamInvocation(invocationID: "s", target: "Add", arguments: [1, 2]))
        let text = "The client attempted to invoke the non-streaming 'Add' method with a streaming invocation."
        await #expect(throws: InvocationFailed(message: text)) { try await client.completion(of: "s") }
        try await client.send(.streamInvocation(invocationID: "t", target: "Nothing", arguments: []))
        let unknown = "Failed to invoke 'Nothing' due to an error on the server. HubException: Method does not exist."
        await #expect(throws: InvocationFailed(message: unknown)) { try await client.completion(of: "t") }
    }

    @Test func streamsThatNobodyExpectsFailTheCall() async throws {
        let client = try await TestNode(on: InMemoryBus()).connect("a")
        try await client.send(.invocation(invocationID: "s", target: "Add", arguments: [1, 2], streamIDs: ["x"]))
        let text =
            "Failed to invoke 'Add' due to an error on the server. "
            + "HubException: Client sent 1 stream(s), Hub method expects 0."
        await #expect(throws: InvocationFailed(message: text)) { try await client.completion(of: "s") }
    }

    @Test func aCallWithoutAnIDGetsNoAnswerNotEvenAnError() async throws {
        let client = try await TestNode(on: InMemoryBus()).connect("a")
        let before = client.inbox.history.count
        try await client.send(.invocation(invocationID: nil, target: "Add", arguments: [1, 2]))
        try await client.send(.invocation(invocationID: nil, target: "Nothing", arguments: []))
        try await client.send(.invocation(invocationID: nil, target: "Fail", arguments: [true, "x"]))
        try await client.invoke("Add", 1, 2)
        #expect(client.inbox.history.count == before + 1)
    }

    @Test func aMethodWithoutResultIsAnsweredWithoutOne() async throws {
        let client = try await TestNode(on: InMemoryBus()).connect("a")
        let id = try await client.begin("Join", ["g"])
        #expect(await client.inbox.next { $0 == .done(id: id) } == .done(id: id))
    }

    @Test func anyValueIsEchoedUnchanged() async throws {
        let client = try await TestNode(on: InMemoryBus()).connect("a")
        let value: HubValue = ["z": [1, 2.5, nil, true, "ü\u{1E}\"\\"], "a": ["nested": [:]], "big": .unsigned(.max)]
        #expect(try await client.invoke("Echo", value) == value)
    }

    @Test func whatIsSentToTheCallerBeforeTheResultArrivesBeforeIt() async throws {
        let node = try TestNode(on: InMemoryBus())
        let client = try await node.connect("a")
        let before = client.inbox.history.count
        try await client.invoke("SendThenReturn", 300)
        let events = client.inbox.history.dropFirst(before)
        #expect(Array(events.dropLast()) == (0..<300).map { .invocation(target: "Number", arguments: [.int($0)]) })
        guard case .result(_, 300) = events.last else {
            Issue.record("the result is not the last event")
            return
        }
    }

    @Test func abortEndsTheConnection() async throws {
        let client = try await TestNode(on: InMemoryBus()).connect("a")
        try await client.send(.invocation(invocationID: nil, target: "Abort", arguments: []))
        #expect(await client.close() == .closeMessage(error: nil, allowReconnect: false))
        #expect(await client.closed()?.code == .normal)
    }
}
