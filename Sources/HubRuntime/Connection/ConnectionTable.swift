import Synchronization

/// The connections of this node by id.
package final class ConnectionTable: Sendable {
    private let table = Mutex<[UTF8Key: ConnectionIdentity]>([:])

    package init() {}

    package var count: Int { self.table.withLock { $0.count } }

    package subscript(id: String) -> ConnectionIdentity? {
        self.table.withLock { $0[UTF8Key(id)] }
    }

    /// Adds a connection.
    ///
    /// - Returns: False if there is one of that id already; then nothing was added.
    package func insert(_ identity: ConnectionIdentity) -> Bool {
        self.table.withLock { table in
            let key = UTF8Key(identity.id)
            guard table[key] == nil else { return false }
            table[key] = identity
            return true
        }
    }

    /// Takes a connection out, if it is this one.
    package func remove(_ identity: ConnectionIdentity) {
        self.table.withLock { table in
            let key = UTF8Key(identity.id)
            if table[key] === identity { table[key] = nil }
        }
    }
}
