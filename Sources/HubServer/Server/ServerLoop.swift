import NIOCore

/// What the connections of one event loop share: a buffer to unmask into, and one timer for all of them.
///
/// Confined to its loop. A NIO timer per connection would cost memory while idle and a search of the timer heap when it
/// is cancelled; a sweep once a second over the few connections that have a deadline costs neither.
final class ServerLoop {
    /// A connection with a time limit of some kind.
    protocol Sweepable: AnyObject {
        /// Ends what has run out of time.
        ///
        /// - Parameter now: The loop's time.
        func sweep(now: NIODeadline)

        /// Ends as soon as it can without breaking off an answer: the server stops.
        func quiesce()

        /// Closes without taking leave: the server has no time left.
        func cutOff()
    }

    let eventLoop: any EventLoop
    private var watched: [ObjectIdentifier: any Sweepable] = [:]
    private var sockets: [ObjectIdentifier: HubSocketHandler] = [:]
    private(set) var isQuiescing = false
    private var scratch = ByteBuffer()
    private var isTicking = false

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// How many connections have a deadline now.
    var watchedCount: Int {
        watched.count
    }

    /// Includes a connection in each sweep until ``unwatch(_:)``; the timer runs only while there is one.
    ///
    /// - Parameter connection: The connection, kept alive meanwhile.
    func watch(_ connection: any Sweepable) {
        watched[ObjectIdentifier(connection)] = connection
        if !isTicking {
            isTicking = true
            tick()
        }
    }

    /// Leaves a connection out from now on.
    ///
    /// - Parameter connection: The connection.
    func unwatch(_ connection: any Sweepable) {
        watched[ObjectIdentifier(connection)] = nil
    }

    /// Keeps track of an open WebSocket, so that the server can cut it off when it has to end.
    ///
    /// - Parameter socket: The socket.
    func opened(_ socket: HubSocketHandler) {
        sockets[ObjectIdentifier(socket)] = socket
    }

    /// Forgets a WebSocket that is closed.
    ///
    /// - Parameter socket: The socket.
    func closed(_ socket: HubSocketHandler) {
        sockets[ObjectIdentifier(socket)] = nil
    }

    /// Ends HTTP connections when they have nothing to answer.
    ///
    /// WebSockets are ended by their hub.
    func quiesce() {
        isQuiescing = true
        for connection in Array(watched.values) {
            connection.quiesce()
        }
    }

    /// Cuts off whatever is still open.
    func cutOff() {
        for socket in Array(sockets.values) {
            socket.cutOff()
        }
        for connection in Array(watched.values) {
            connection.cutOff()
        }
    }

    private func tick() {
        _ = eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) {
            self.sweep()
        }
    }

    private func sweep() {
        let now = eventLoop.now
        for connection in Array(watched.values) {
            connection.sweep(now: now)
        }
        isTicking = !watched.isEmpty
        if isTicking {
            tick()
        }
    }

    /// Lends the loop's buffer, empty; whoever is called meanwhile gets a new one.
    ///
    /// - Parameter capacity: Bytes that will be written.
    /// - Returns: An empty buffer, which shares storage with nothing.
    func takeScratch(capacity: Int) -> ByteBuffer {
        var buffer = ByteBuffer()
        swap(&buffer, &scratch)
        buffer.clear(minimumCapacity: capacity)
        return buffer
    }

    /// Takes the buffer back.
    ///
    /// If the receiver kept a part of it, the next loan allocates.
    ///
    /// - Parameter buffer: What ``takeScratch(capacity:)`` lent.
    func returnScratch(_ buffer: ByteBuffer) {
        scratch = buffer
    }
}
