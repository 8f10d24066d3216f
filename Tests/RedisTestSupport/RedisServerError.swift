/// Why a Redis server of the tests cannot be used.
package struct RedisServerError: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }

    /// Whether another process took the port between its choice and the start of the server.
    var isPortTaken: Bool { self.description.contains("Address already in use") }

    static let missing = RedisServerError(
        """
        redis-server is not installed, and the tests need it. \
        Install it with "apt-get install redis-server" or "brew install redis".
        """
    )

    /// Starts something, and once more with other ports if one of them was taken meanwhile.
    static func retryingTakenPorts<Started: Sendable>(_ start: () async throws -> Started) async throws -> Started {
        for _ in 0..<5 {
            do {
                return try await start()
            } catch let error as RedisServerError where error.isPortTaken {}
        }
        return try await start()
    }
}
