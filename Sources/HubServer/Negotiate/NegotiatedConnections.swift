import NIOCore
import Synchronization

/// The connections of one path that were negotiated: waiting for their socket, or in use.
///
/// A client may negotiate on one event loop and connect on another, so all loops share it. Each operation holds the
/// lock for a few dictionary steps.
final class NegotiatedConnections: Sendable {
    /// What a token that a client presented is good for.
    enum Claim: Equatable {
        /// It was waiting; it is in use from now on.
        case claimed(connectionID: ConnectionToken)
        /// Nobody negotiated it, or it has expired, or its connection is over.
        case unknown
        /// Its socket is open already.
        case inUse
    }

    private struct Entry {
        var connectionID: ConnectionToken
        /// Until when the socket must come; nil when it has come.
        var deadline: NIODeadline?
    }

    private struct State {
        var entries: [ConnectionToken: Entry] = [:]
        /// In the order of their deadlines, which is the order they were made in, as all wait equally long.
        var queue = CircularBuffer<(token: ConnectionToken, deadline: NIODeadline)>()
        var waiting = 0

        mutating func expire(now: NIODeadline) {
            while let first = queue.first, first.deadline <= now {
                queue.removeFirst()
                guard entries[first.token]?.deadline != nil else { continue }
                entries[first.token] = nil
                waiting -= 1
            }
        }
    }

    private let lifetime: TimeAmount
    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - lifetime: How long a negotiated connection waits for its socket.
    ///   - capacity: How many may wait at a time.
    init(lifetime: TimeAmount, capacity: Int) {
        self.lifetime = lifetime
        self.capacity = capacity
    }

    /// Adds a connection that waits for its socket.
    ///
    /// - Parameters:
    ///   - token: The secret that the client will present.
    ///   - connectionID: The connection's public id.
    ///   - now: The time.
    /// - Returns: False if too many are waiting.
    func add(token: ConnectionToken, connectionID: ConnectionToken, now: NIODeadline) -> Bool {
        state.withLock { state in
            state.expire(now: now)
            guard state.waiting < capacity else { return false }
            let deadline = now + lifetime
            state.entries[token] = Entry(connectionID: connectionID, deadline: deadline)
            state.queue.append((token, deadline))
            state.waiting += 1
            return true
        }
    }

    /// Takes a waiting connection into use.
    ///
    /// - Parameters:
    ///   - token: What the client presented.
    ///   - now: The time.
    /// - Returns: What the token is good for.
    func claim(_ token: ConnectionToken, now: NIODeadline) -> Claim {
        state.withLock { state in
            state.expire(now: now)
            guard let entry = state.entries[token] else { return .unknown }
            guard entry.deadline != nil else { return .inUse }
            state.entries[token]?.deadline = nil
            state.waiting -= 1
            return .claimed(connectionID: entry.connectionID)
        }
    }

    /// What ``claim(_:now:)`` would say, without taking anything.
    ///
    /// - Parameters:
    ///   - token: What the client presented.
    ///   - now: The time.
    /// - Returns: What the token is good for.
    func look(up token: ConnectionToken, now: NIODeadline) -> Claim {
        state.withLock { state in
            state.expire(now: now)
            guard let entry = state.entries[token] else { return .unknown }
            return entry.deadline == nil ? .inUse : .claimed(connectionID: entry.connectionID)
        }
    }

    /// Forgets a connection that is over.
    ///
    /// - Parameter token: The token it was claimed with.
    func release(_ token: ConnectionToken) {
        state.withLock { state in
            state.entries[token] = nil
        }
    }
}
