import HubProtocol

/// Runs the code of one hub.
struct TypedHubDispatcher<H: Hub>: HubDispatcher {
    private let hub: H
    private let methods: [MethodName: HubMethod<H>]

    init(_ hub: H) {
        var methods = HubMethods<H>()
        H.register(in: &methods)
        self.hub = hub
        self.methods = methods.table
    }

    func hasMethod(_ target: String) -> Bool {
        self.methods[MethodName(target)] != nil
    }

    func invoke(_ target: String, _ arguments: RawHubArguments, _ call: HubCall) async throws -> OutgoingOutcome {
        guard let method = self.methods[MethodName(target)] else {
            throw HubError("Method does not exist.")
        }
        return try await method.body(self.hub, call, arguments)
    }

    func connected(_ call: HubCall) async throws {
        try await self.hub.connected(call)
    }

    func disconnected(_ call: HubCall, error: (any Error)?) async {
        await self.hub.disconnected(call, error: error)
    }
}
