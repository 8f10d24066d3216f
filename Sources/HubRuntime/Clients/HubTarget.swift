import HubProtocol

/// Some clients, on whatever node they are, to which messages can be sent.
///
/// ```swift
/// try await call.clients.group("lobby").send(Client.receiveMessage, "ada", "hello")
/// ```
///
/// A send waits until the bus has accepted the message, and never for a client's connection, except that a send to a single
/// connection of this node waits a while for it if it does not read as fast as it is sent to
/// (``HubEndpointConfiguration/maximumSendWait``). Messages of one sender to one group, one user, or all arrive in the order
/// they were sent; a message to a single connection of this node may overtake those.
public struct HubTarget: Sendable {
    let core: HubCore
    let target: SendTarget

    /// Calls a method of the clients.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - arguments: Its arguments.
    /// - Returns: Whether other nodes got it, too; may be ignored.
    /// - Throws: ``BackplaneError`` when nobody got it, or when that is unknown.
    @discardableResult
    public func send<each Argument: Encodable & Sendable>(
        _ method: ClientMethod<repeat each Argument>,
        _ arguments: repeat each Argument
    ) async throws -> SendReceipt {
        try await self.send(method.name, repeat each arguments)
    }

    /// Calls a method of the clients by its name.
    ///
    /// - Parameters:
    ///   - method: The name under which the clients registered it.
    ///   - arguments: Its arguments.
    /// - Returns: Whether other nodes got it, too; may be ignored.
    /// - Throws: ``BackplaneError`` when nobody got it, or when that is unknown.
    @discardableResult
    public func send<each Argument: Encodable & Sendable>(
        _ method: String,
        _ arguments: repeat each Argument
    ) async throws -> SendReceipt {
        var values: [any Encodable & Sendable] = []
        for argument in repeat each arguments { values.append(argument) }
        return try await self.core.send(
            .invocation(invocationID: nil, target: method, arguments: values),
            to: self.target
        )
    }
}
