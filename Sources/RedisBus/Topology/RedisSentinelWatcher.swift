import BusCore
import NIOCore

/// The connections to one sentinel: one for questions, one on which it tells of failovers.
final class RedisSentinelWatcher {
    typealias Opener = (RedisEndpoint) -> RedisControlConnection

    let endpoint: RedisEndpoint
    private let open: Opener
    private let onSwitch: () -> Void
    private var questions: RedisControlConnection?
    private var news: RedisControlConnection?

    /// Makes a watcher, which connects when it is asked for the first time.
    ///
    /// - Parameters:
    ///   - endpoint: The sentinel.
    ///   - open: Opens a connection.
    ///   - onSwitch: Called when the sentinel tells of a failover.
    init(_ endpoint: RedisEndpoint, open: @escaping Opener, onSwitch: @escaping () -> Void) {
        self.endpoint = endpoint
        self.open = open
        self.onSwitch = onSwitch
    }

    /// Asks; opens connections that are not there.
    func ask(_ command: [String], _ answer: @escaping RedisControlConnection.Answer) {
        self.listen()
        if self.questions?.isOver != false { self.questions = self.open(self.endpoint) }
        self.questions?.ask(command, answer)
    }

    func close() {
        self.questions?.close()
        self.news?.close()
    }

    private func listen() {
        guard self.news?.isOver != false else { return }
        let connection = self.open(self.endpoint)
        connection.onMessage = { [onSwitch] _ in onSwitch() }
        connection.ask(["SUBSCRIBE", "+switch-master"]) { _ in }
        self.news = connection
    }
}
