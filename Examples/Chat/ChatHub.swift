import HubProtocol
import HubRuntime

/// A chat: a lobby with everybody in it, rooms that clients join and leave, and direct messages.
struct ChatHub: Hub {
    /// Part of the channel names on the bus: nodes serve one hub together if they agree on it.
    static let name = "ChatSample.Hubs.Chat"

    /// What the hub calls on its clients.
    enum Client {
        static let receiveMessage = ClientMethod<String, String>("ReceiveMessage")
        static let receiveRoomMessage = ClientMethod<String, String, String>("ReceiveRoomMessage")
    }

    /// The name of this process among the nodes.
    let node: String

    static func register(in methods: inout HubMethods<ChatHub>) {
        methods.on("Send", ChatHub.send)
        methods.on("SendToOthers", ChatHub.sendToOthers)
        methods.on("SendToConnection", ChatHub.sendToConnection)
        methods.on("SendToUser", ChatHub.sendToUser)
        methods.on("Join", ChatHub.join)
        methods.on("Leave", ChatHub.leave)
        methods.on("SendToRoom", ChatHub.sendToRoom)
        methods.on("WhoAmI", ChatHub.whoAmI)
        methods.on("Echo") { (_: HubCall, value: HubValue) in value }
        methods.on("Fail") { (_: HubCall, text: String) in throw HubError(text) }
    }

    func send(_ call: HubCall, user: String, text: String) async throws {
        try await call.clients.all.send(Client.receiveMessage, user, text)
    }

    func sendToOthers(_ call: HubCall, user: String, text: String) async throws {
        try await call.clients.others.send(Client.receiveMessage, user, text)
    }

    func sendToConnection(_ call: HubCall, connectionID: String, user: String, text: String) async throws {
        try await call.clients.client(connectionID).send(Client.receiveMessage, user, text)
    }

    func sendToUser(_ call: HubCall, userID: String, user: String, text: String) async throws {
        try await call.clients.user(userID).send(Client.receiveMessage, user, text)
    }

    func join(_ call: HubCall, room: String) async throws {
        try await call.groups.add(to: room)
    }

    func leave(_ call: HubCall, room: String) async throws {
        try await call.groups.remove(from: room)
    }

    func sendToRoom(_ call: HubCall, room: String, user: String, text: String) async throws {
        try await call.clients.group(room).send(Client.receiveRoomMessage, room, user, text)
    }

    func whoAmI(_ call: HubCall) async throws -> Identity {
        Identity(connectionId: call.connectionID, userId: call.userID, node: node)
    }
}

/// What `WhoAmI` returns.
struct Identity: Sendable, Encodable {
    let connectionId: String
    let userId: String?
    let node: String

    private enum CodingKeys: CodingKey {
        case connectionId, userId, node
    }

    /// Written by hand because what the compiler makes leaves a nil out, and clients expect a null.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(connectionId, forKey: .connectionId)
        try container.encode(userId, forKey: .userId)
        try container.encode(node, forKey: .node)
    }
}
