import HubRuntime

/// What one client sends, all get.
struct FanOutHub: Hub {
    static let name = "FanOut"

    /// What the hub calls on its clients.
    enum Client {
        static let receive = ClientMethod<String>("Receive")
    }

    static func register(in methods: inout HubMethods<FanOutHub>) {
        methods.on("Broadcast", FanOutHub.broadcast)
    }

    func broadcast(_ call: HubCall, text: String) async throws {
        try await call.clients.all.send(Client.receive, text)
    }
}
