import RedisTestSupport
import Testing

@testable import RedisBus

/// Sees to it that a command which a server refused was not executed.
struct RefusalWitness {
    private static let room = "room"
    private let subscriber: RedisAdmin

    /// Subscribes before anything is refused.
    ///
    /// - Parameters:
    ///   - server: The server.
    ///   - password: What to sign in with; nil for nothing.
    ///   - verb: `SUBSCRIBE` or `SSUBSCRIBE`.
    /// - Throws: If the server cannot be reached.
    init(_ server: RedisServer, password: String? = nil, verb: String = "SUBSCRIBE") throws {
        self.subscriber = try RedisAdmin(server)
        if let password { try self.subscriber.command("AUTH", password) }
        #expect(try self.subscriber.command(verb, Self.room).elements?.last == .integer(1))
    }

    /// Checks that the next message is the one published after the refusal.
    ///
    /// - Parameters:
    ///   - publisher: A connection that is allowed to publish.
    ///   - verb: `PUBLISH` or `SPUBLISH`.
    /// - Throws: If the server cannot be reached.
    func sawNothing(before publisher: RedisAdmin, verb: String = "PUBLISH") throws {
        #expect(try publisher.command(verb, Self.room, "afterwards") == .integer(1))
        #expect(try self.subscriber.reply().elements?.last?.text == "afterwards")
    }
}
