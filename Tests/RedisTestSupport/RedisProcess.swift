import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One life of a redis-server.
///
/// A thread of its own starts it, reads its log and waits for its end. On Linux the kernel kills the server when that
/// thread dies, so that no server outlives the tests, however they end.
final class RedisProcess: Sendable {
    private struct State {
        var pid: pid_t?
        var log = ""
        var isReady = false
        var isOver = false
        var waiters: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    /// Starts a server and waits until it says that it accepts connections.
    static func start(arguments: [String]) async throws -> RedisProcess {
        guard let server = Self.find("redis-server") else { throw RedisServerError.missing }
        var command = [server] + arguments
        if let setpriv = Self.find("setpriv") {
            command = [setpriv, "--pdeathsig", "KILL"] + command
        }
        let process = RedisProcess()
        let line = command
        let thread = Thread { process.run(line) }
        thread.start()
        await withTaskCancellationHandler {
            await process.wait { $0.isReady || $0.isOver }
        } onCancel: {
            process.signal(SIGKILL)
        }
        guard process.state.withLock({ !$0.isOver }) else {
            throw RedisServerError("redis-server did not start:\n" + process.state.withLock { $0.log })
        }
        return process
    }

    /// Sends a signal if the server still runs.
    func signal(_ signal: Int32) {
        self.state.withLock { state in
            if let pid = state.pid { _ = kill(pid, signal) }
        }
    }

    /// Waits until the server has ended.
    func ended() async {
        await self.wait { $0.isOver }
    }

    private func wait(until condition: @Sendable (State) -> Bool) async {
        while true {
            let isMet = await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
                self.state.withLock { state in
                    if condition(state) { return continuation.resume(returning: true) }
                    state.waiters.append { continuation.resume(returning: false) }
                }
            }
            if isMet { return }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let waiters = self.state.withLock { state in
            body(&state)
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter() }
    }

    private func run(_ command: [String]) {
        var pipe: [Int32] = [0, 0]
        guard Self.makePipe(&pipe) == 0 else {
            return self.change { $0.isOver = true }
        }
        let pid = Self.spawn(command, output: pipe[1])
        _ = close(pipe[1])
        self.change { $0.pid = pid }
        if pid != nil { self.readLog(pipe[0]) }
        _ = close(pipe[0])
        if let pid {
            var info = siginfo_t()
            // Waits without reaping, so that the number cannot belong to another process while it may be signalled.
            while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) == -1, errno == EINTR {}
            self.state.withLock { $0.pid = nil }
            var status: Int32 = 0
            while waitpid(pid, &status, 0) == -1, errno == EINTR {}
        }
        self.change { $0.isOver = true }
    }

    private func readLog(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == -1, errno == EINTR { continue }
            guard count > 0 else { return }
            let text = String(decoding: buffer[..<count], as: UTF8.self)
            self.change { state in
                guard !state.isReady else { return }
                state.log += text
                // "Ready to accept connections", or "The server is now ready to …" for a socket.
                state.isReady = state.log.contains("eady to accept connections") || state.log.contains("Sentinel ID is")
            }
        }
    }

    private static func makePipe(_ ends: inout [Int32]) -> Int32 {
        let result = pipe(&ends)
        for end in ends where result == 0 { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return result
    }

    private static func spawn(_ command: [String], output: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var pid: pid_t = 0
        guard posix_spawn(&pid, command[0], &actions, nil, &arguments, environ) == 0 else { return nil }
        return pid
    }

    private static func find(_ program: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin:/usr/local/bin"
        return path.split(separator: ":").map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
    }
}
