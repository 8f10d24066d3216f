import Synchronization

/// A connection for commands that stays open, for when the server takes no new ones.
package final class RedisAdmin: Sendable {
    private let connection: Mutex<RedisAdminConnection>

    /// Connects, without signing in.
    package init(_ server: RedisServer) throws {
        self.connection = try Mutex(RedisAdminConnection(server.address))
    }

    /// Runs a command; blocks until its reply is there.
    @discardableResult
    package func command(_ parts: String...) throws -> RESPValue {
        try self.connection.withLock { try $0.command(parts.map { Array($0.utf8) }) }
    }

    /// Sends any bytes, and waits for nothing.
    package func send(_ bytes: [UInt8]) throws {
        try self.connection.withLock { try $0.send(bytes) }
    }

    /// What the server says next, asked for or not; blocks until it does.
    package func reply() throws -> RESPValue {
        try self.connection.withLock { try $0.reply() }
    }
}
