import Foundation
import Synchronization

/// A real redis-server for a test, in a folder of its own, which ends with the last reference to this object.
package final class RedisServer: Sendable {
    /// Where it listens; the same after a restart.
    package enum Address: Sendable {
        case tcp(port: Int)
        case unixSocket(path: String)
    }

    /// What to listen on.
    package enum Transport: Sendable {
        case tcp, unixSocket
        /// A port that has been chosen already.
        case port(Int)
    }

    private enum State {
        case stopped, running, paused
    }

    package let address: Address
    private let folder: String
    private let arguments: [String]
    /// What clients have to sign in with; nil for nothing.
    package let password: String?
    private let commandsAtStart: [[String]]
    private let state = Mutex<State>(.stopped)
    private let process = Mutex<RedisProcess?>(nil)

    /// Where it listens, as a URL; without the password.
    package var url: String {
        switch self.address {
        case .tcp(let port): return "redis://127.0.0.1:\(port)"
        case .unixSocket(let path): return "redis+unix://\(path)"
        }
    }

    /// The port it listens on; nil for a socket.
    package var port: Int? {
        if case .tcp(let port) = self.address { port } else { nil }
    }

    /// Whether it runs and is not paused.
    package var isAnswering: Bool { self.state.withLock { $0 == .running } }

    /// Makes a server that does not run yet.
    ///
    /// - Parameters:
    ///   - transport: What to listen on.
    ///   - password: What clients have to sign in with; nil for nothing.
    ///   - configuration: The lines of a configuration file, which the server may change and reads at each start; nil for
    ///     no such file.
    ///   - arguments: More arguments for redis-server, such as `--maxclients`, `10`.
    ///   - commandsAtStart: Commands to run after each start, such as those that set what no option sets.
    /// - Throws: ``RedisServerError`` if no folder or port can be had.
    package init(
        _ transport: Transport = .unixSocket,
        password: String? = nil,
        configuration: [String]? = nil,
        arguments: [String] = [],
        commandsAtStart: [[String]] = []
    ) throws {
        self.folder = try Self.makeFolder()
        self.password = password
        self.commandsAtStart = commandsAtStart
        var all: [String] = []
        if let configuration {
            all = [self.folder + "/redis.conf"]
            let text = configuration.map { $0 + "\n" }.joined()
            try text.write(toFile: all[0], atomically: true, encoding: .utf8)
        }
        all += ["--save", "", "--appendonly", "no", "--dir", self.folder, "--daemonize", "no", "--logfile", ""]
        switch transport {
        case .unixSocket:
            let path = self.folder + "/s"
            self.address = .unixSocket(path: path)
            all += ["--port", "0", "--unixsocket", path]
        case .tcp, .port:
            let port: Int
            if case .port(let chosen) = transport { port = chosen } else { port = try LoopbackPorts.next() }
            self.address = .tcp(port: port)
            all += ["--port", "\(port)", "--bind", "127.0.0.1"]
        }
        if let password { all += ["--requirepass", password] }
        self.arguments = all + arguments
    }

    /// Makes a server and starts it.
    ///
    /// - Parameters:
    ///   - transport: What to listen on.
    ///   - password: What clients have to sign in with; nil for nothing.
    ///   - arguments: More arguments for redis-server.
    /// - Returns: The running server.
    /// - Throws: ``RedisServerError`` that says how to install it, or why it did not start.
    package static func started(
        _ transport: Transport = .unixSocket,
        password: String? = nil,
        arguments: [String] = []
    ) async throws -> RedisServer {
        try await RedisServerError.retryingTakenPorts {
            let server = try RedisServer(transport, password: password, arguments: arguments)
            try await server.start()
            return server
        }
    }

    deinit {
        let process = self.process.withLock { $0 }
        process?.signal(SIGCONT)
        process?.signal(SIGKILL)
        try? FileManager.default.removeItem(atPath: self.folder)
    }

    /// Starts it, and waits until it accepts connections.
    ///
    /// - Throws: ``RedisServerError`` that says how to install it, or why it did not start.
    package func start() async throws {
        let process = try await RedisProcess.start(arguments: self.arguments)
        self.process.withLock { $0 = process }
        self.state.withLock { $0 = .running }
        for command in self.commandsAtStart {
            try await self.command(command.map { Array($0.utf8) })
        }
    }

    /// Kills it with SIGKILL, and waits until it is gone.
    package func kill9() async {
        let process = self.process.withLock { $0 }
        self.state.withLock { $0 = .stopped }
        process?.signal(SIGKILL)
        await process?.ended()
    }

    /// Kills it if it runs, and starts it again on the same socket or port, without its state.
    ///
    /// - Throws: ``RedisServerError`` that says why it did not start.
    package func restart() async throws {
        await self.kill9()
        try await self.start()
    }

    /// Stops it with SIGSTOP: connections stay open and nothing is answered.
    package func pause() {
        self.state.withLock { if $0 == .running { $0 = .paused } }
        self.process.withLock { $0 }?.signal(SIGSTOP)
    }

    /// Lets it go on after ``pause()``.
    package func resume() {
        self.process.withLock { $0 }?.signal(SIGCONT)
        self.state.withLock { if $0 == .paused { $0 = .running } }
    }

    /// Runs a command over a connection of its own.
    ///
    /// - Parameter parts: The command and its arguments.
    /// - Returns: The reply, which may be an error of Redis.
    /// - Throws: ``RedisServerError`` if the server cannot be reached.
    @discardableResult
    package func command(_ parts: String...) async throws -> RESPValue {
        try await self.command(parts.map { Array($0.utf8) })
    }

    /// Runs a command of any bytes over a connection of its own.
    ///
    /// - Parameter parts: The command and its arguments.
    /// - Returns: The reply, which may be an error of Redis.
    /// - Throws: ``RedisServerError`` if the server cannot be reached.
    @discardableResult
    package func command(_ parts: [[UInt8]]) async throws -> RESPValue {
        let address = self.address
        let password = self.password
        return try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        var connection = try RedisAdminConnection(address)
                        if let password { _ = try connection.command([Array("AUTH".utf8), Array(password.utf8)]) }
                        return try connection.command(parts)
                    }
                )
            }
        }
    }

    private static func makeFolder() throws -> String {
        var template = Array("/tmp/hubs-redis-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw RedisServerError("No temporary folder could be made.") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
