import Synchronization

/// What all threads may know of a connection, and the way to it.
///
/// It outlives the connection for as long as somebody keeps a ``HubCall``.
package final class ConnectionIdentity: Sendable {
    package let userID: String?
    package let request: HubConnectionRequest
    /// The way to the connection's loop.
    package let port: ShardPort
    /// Its place there.
    package let slot: Int

    /// What the hub keeps for the connection.
    let items = Mutex<[String: any Sendable]>([:])

    private let chosenCodec = Atomic<Int>(0)
    private let closed = Atomic<Bool>(false)
    private let congested = Atomic<Bool>(false)
    private let underway = Atomic<Int>(0)

    /// How many direct messages may be on their way to the loop before senders wait for it.
    private static let maximumUnderway = 64

    package init(userID: String?, request: HubConnectionRequest, port: ShardPort, slot: Int) {
        self.userID = userID
        self.request = request
        self.port = port
        self.slot = slot
    }

    package var id: String { self.request.connectionID }

    /// The number of the connection's codec among the endpoint's.
    ///
    /// Chosen by the handshake, before others can find the connection.
    package var codec: Int { self.chosenCodec.load(ordering: .acquiring) }

    package func choose(codec: Int) { self.chosenCodec.store(codec, ordering: .releasing) }

    /// Whether nothing will be delivered any more.
    package var isClosed: Bool { self.closed.load(ordering: .acquiring) }

    package func markClosed() { self.closed.store(true, ordering: .releasing) }

    /// Tells whether the connection has more to write than its transport takes.
    package func setCongested(_ isCongested: Bool) { self.congested.store(isCongested, ordering: .releasing) }

    /// Counts a direct message on its way to the loop.
    ///
    /// - Returns: Whether the sender should wait before it sends more.
    package func startedSending() -> Bool {
        let before = self.underway.wrappingAdd(1, ordering: .relaxed).oldValue
        return before >= Self.maximumUnderway || self.congested.load(ordering: .acquiring)
    }

    /// Counts a direct message as arrived at the loop.
    package func arrivedAtLoop() { self.underway.wrappingSubtract(1, ordering: .relaxed) }
}
