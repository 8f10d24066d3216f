/// Why a Redis server of the tests cannot be used.
package struct RedisServerError: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }

    static let missing = RedisServerError(
        """
        redis-server is not installed, and the tests need it. \
        Install it with "apt-get install redis-server" or "brew install redis".
        """
    )
}
