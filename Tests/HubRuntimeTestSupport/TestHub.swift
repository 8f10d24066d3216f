import HubProtocol
package import HubRuntime

/// A hub that does what its clients ask for.
package struct TestHub: Hub {
    package static let name = "Tests.TestHub"
    package static let message = ClientMethod<String>("Message")

    /// What a test wants to see or to control.
    package let hooks: TestHooks

    package init(_ hooks: TestHooks = TestHooks()) {
        self.hooks = hooks
    }

    package static func register(in methods: inout HubMethods<TestHub>) {
        methods.on("Echo", TestHub.echo)
        methods.on("Add", TestHub.add)
        methods.on("Fail", TestHub.fail)
        methods.on("Wait", TestHub.wait)
        methods.on("Abort") { (call: HubCall) in call.abort() }
        methods.on("SendThenReturn", TestHub.sendThenReturn)
        methods.on("All") { (call: HubCall, text: String) in try await call.clients.all.send(Self.message, text) }
        methods.on("Others") { (call: HubCall, text: String) in try await call.clients.others.send(Self.message, text) }
        methods.on("OthersInGroup") { (call: HubCall, group: String, text: String) in
            try await call.clients.othersInGroup(group).send(Self.message, text)
        }
        methods.on("Caller") { (call: HubCall, text: String) in try await call.clients.caller.send(Self.message, text) }
        methods.on("Group") { (call: HubCall, group: String, text: String) in
            try await call.clients.group(group).send(Self.message, text)
        }
        methods.on("Join") { (call: HubCall, group: String) in try await call.groups.add(to: group) }
        methods.on("Leave") { (call: HubCall, group: String) in try await call.groups.remove(from: group) }
    }

    package func connected(_ call: HubCall) async throws { try await self.hooks.connected(call) }

    package func disconnected(_ call: HubCall, error: (any Error)?) async { await self.hooks.disconnected(call, error) }

    func echo(_ call: HubCall, _ value: HubValue) async throws -> HubValue { value }

    func add(_ call: HubCall, _ left: Int, _ right: Int) async throws -> Int { left + right }

    func fail(_ call: HubCall, isVisible: Bool, text: String) async throws {
        if isVisible { throw HubError(text) }
        throw SecretError(text: text)
    }

    func wait(_ call: HubCall, _ name: String) async throws -> String {
        await self.hooks.gates.enter(name)
        return name
    }

    func sendThenReturn(_ call: HubCall, _ count: Int) async throws -> Int {
        for number in 0..<count { try await call.clients.caller.send("Number", number) }
        return count
    }
}

/// An error whose text clients must not see.
package struct SecretError: Error, CustomStringConvertible {
    package let text: String

    package init(text: String) { self.text = text }

    package var description: String { self.text }
}
