/// Something that clients can call, and that can call them: a SignalR hub.
///
/// A hub is any `Sendable` type. One value serves all connections; what it has to remember lives in actors or locks that it
/// holds. Methods are registered by name:
///
/// ```swift
/// struct Chat: Hub {
///     enum Client {
///         static let receiveMessage = ClientMethod<String, String>("ReceiveMessage")
///     }
///     static func register(in methods: inout HubMethods<Chat>) {
///         methods.on("Send", Chat.send)
///     }
///     func send(_ call: HubCall, user: String, text: String) async throws {
///         try await call.clients.all.send(Client.receiveMessage, user, text)
///     }
/// }
/// ```
public protocol Hub: Sendable {
    /// The hub's name on the message bus, in front of every channel. All nodes that serve one hub together must agree on it;
    /// a .NET node uses the full name of the class, such as `ChatSample.Hubs.Chat`. The default is the type's full name.
    static var name: String { get }

    /// Registers the methods that clients may call.
    ///
    /// Called once per endpoint.
    ///
    /// - Parameter methods: Where to register them.
    static func register(in methods: inout HubMethods<Self>)

    /// Runs when a client has connected, before its first invocation. Does nothing unless implemented.
    ///
    /// - Parameter call: The connection.
    /// - Throws: Whatever it throws refuses the connection. The text of a ``HubError`` reaches the client.
    func connected(_ call: HubCall) async throws

    /// Runs when a client has gone, after its last invocation has ended. Does nothing unless implemented.
    ///
    /// The connection's groups still exist while it runs; what is sent to the connection itself goes nowhere.
    ///
    /// - Parameters:
    ///   - call: The connection that was.
    ///   - error: Why the connection ended; nil when the client or the server closed it in an orderly way.
    func disconnected(_ call: HubCall, error: (any Error)?) async
}

extension Hub {
    /// The type's full name, such as `ChatApp.Chat`.
    public static var name: String { String(reflecting: Self.self) }

    /// Does nothing.
    ///
    /// - Parameter call: The connection.
    /// - Throws: Nothing.
    public func connected(_ call: HubCall) async throws {}

    /// Does nothing.
    ///
    /// - Parameters:
    ///   - call: The connection that was.
    ///   - error: Why the connection ended.
    public func disconnected(_ call: HubCall, error: (any Error)?) async {}
}
