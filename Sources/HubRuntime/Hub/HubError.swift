/// An error whose text the client may read.
///
/// Clients learn nothing about any other error but that there was one, unless
/// ``HubEndpointConfiguration/detailedErrors`` is on.
public struct HubError: Error, Sendable, Hashable {
    /// What the client is told.
    public var message: String

    /// Creates an error.
    ///
    /// - Parameter message: What the client is told: without secrets.
    public init(_ message: String) {
        self.message = message
    }
}

extension HubError: CustomStringConvertible {
    /// The message.
    public var description: String { self.message }
}
