package import HubProtocol
package import HubRuntime
package import NIOCore
package import NIOEmbedded
import Synchronization

/// A SignalR client without a network.
package final class TestClient: Sendable {
    package let id: String
    package let loop: NIOAsyncTestingEventLoop
    package let inbox = ClientInbox()
    private let transport: NIOLoopBoundBox<RecordingTransport?>
    private let input: NIOLoopBoundBox<(any HubTransportInput)?>
    private let nextID = Mutex(0)

    /// Opens a connection without a handshake.
    package init(
        to endpoint: HubEndpoint,
        id: String,
        user: String? = nil,
        framing: TransportFraming = .webSocket,
        watermark: Int = 64 * 1024,
        on loop: NIOAsyncTestingEventLoop
    ) async throws {
        self.id = id
        self.loop = loop
        self.transport = NIOLoopBoundBox.makeBoxSendingValue(nil, eventLoop: loop)
        self.input = NIOLoopBoundBox.makeBoxSendingValue(nil, eventLoop: loop)
        let query = HubRequestFields(user.map { [(name: "user", value: $0)] } ?? [])
        let request = HubConnectionRequest(connectionID: id, path: "/hub", query: query)
        try await self.onLoop {
            let transport = RecordingTransport(framing: framing, inbox: self.inbox, watermark: watermark)
            let input = endpoint.open(transport, request: request, on: loop)
            transport.input = input
            self.transport.value = transport
            self.input.value = input
        }
    }

    /// Runs something on the connection's loop, and then what it has left to do there.
    package func onLoop<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        let result = try await self.loop.executeInContext(body)
        await self.loop.run()
        return result
    }

    package func withTransport<T: Sendable>(
        _ body: @escaping @Sendable (RecordingTransport) throws -> T
    ) async throws -> T? {
        try await self.onLoop { try self.transport.value.map(body) }
    }

    // MARK: Sending

    package func receive(_ text: String) async throws {
        try await self.receive(ByteBuffer(string: text))
    }

    /// Has the server receive bytes.
    package func receive(_ bytes: ByteBuffer) async throws {
        try await self.onLoop { self.input.value?.received(bytes) }
    }

    package func shakeHands() async throws {
        try await self.receive("{\"protocol\":\"json\",\"version\":1}\u{1E}")
        _ = await self.inbox.next { if case .handshake = $0 { true } else { false } }
    }

    /// Calls a method without waiting for it.
    ///
    /// - Returns: The invocation's id.
    package func begin(_ method: String, _ arguments: [any Encodable & Sendable]) async throws -> String {
        let id = self.nextID.withLock { id in
            id += 1
            return "\(id)"
        }
        try await self.send(.invocation(invocationID: id, target: method, arguments: arguments))
        return id
    }

    package func send(_ message: OutgoingHubMessage) async throws {
        var bytes = ByteBuffer()
        try JSONHubCodec().encode(message, into: &bytes)
        try await self.receive(bytes)
    }

    /// Calls a method and waits for its result.
    @discardableResult
    package func invoke(_ method: String, _ arguments: any Encodable & Sendable...) async throws -> HubValue {
        let id = try await self.begin(method, arguments)
        return try await self.completion(of: id)
    }

    /// Waits for the end of an invocation.
    @discardableResult
    package func completion(of id: String) async throws -> HubValue {
        let event = await self.inbox.next { event in
            switch event {
            case .result(id, _), .done(id), .failed(id, _), .transportClosed: true
            default: false
            }
        }
        switch event {
        case .result(_, let value): return value
        case .done: return .null
        case .failed(_, let text): throw InvocationFailed(message: text)
        default: throw InvocationFailed(message: "The connection was closed: \(event)")
        }
    }

    // MARK: Receiving

    /// Waits for the next call of a method.
    package func next(_ target: String) async -> [HubValue] {
        let event = await self.inbox.next { if case .invocation(target, _) = $0 { true } else { false } }
        guard case .invocation(_, let arguments) = event else { return [] }
        return arguments
    }

    /// Every call of a method so far.
    package func received(_ target: String) -> [[HubValue]] {
        self.inbox.history.compactMap { if case .invocation(target, let arguments) = $0 { arguments } else { nil } }
    }

    // MARK: Ending

    package func disconnect(_ closure: TransportClosure = .graceful) async throws {
        _ = try await self.withTransport { $0.end(closure) }
    }

    /// Stops or starts reading.
    package func setBlocked(_ isBlocked: Bool) async throws {
        _ = try await self.withTransport { $0.setBlocked(isBlocked) }
    }

    /// Waits until the server has closed the transport.
    @discardableResult
    package func closed() async -> TransportCloseReason? {
        let event = await self.inbox.next { if case .transportClosed = $0 { true } else { false } }
        guard case .transportClosed(let reason) = event else { return nil }
        return reason
    }
}

/// A call that ended with an error.
package struct InvocationFailed: Error, Equatable {
    package let message: String

    package init(message: String) { self.message = message }
}
