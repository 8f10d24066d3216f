/// The announcement that the sender closes the connection (type 7).
public struct CloseMessage: Sendable, Hashable {
    /// Why the connection is closed; nil when nothing went wrong.
    public var error: String?
    /// Whether the receiver may reconnect by itself.
    public var allowReconnect: Bool

    /// Creates a message.
    ///
    /// - Parameters:
    ///   - error: Why the connection is closed; nil when nothing went wrong.
    ///   - allowReconnect: Whether the receiver may reconnect by itself.
    public init(error: String?, allowReconnect: Bool) {
        self.error = error
        self.allowReconnect = allowReconnect
    }
}
