/// The name and the parameters of something a client handles.
///
/// ```swift
/// static let receiveMessage = ClientMethod<String, String>("ReceiveMessage")
/// ```
public struct ClientMethod<each Argument: Encodable & Sendable>: Sendable {
    /// The name the client registered its handler under.
    public let name: String

    /// Creates a method.
    ///
    /// - Parameter name: The name the client registered its handler under.
    public init(_ name: String) {
        self.name = name
    }
}
