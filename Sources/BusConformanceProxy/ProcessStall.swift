import Foundation

/// Stops this process and lets it go on, as a debugger, a suspended machine or an overloaded host does.
public enum ProcessStall {
    /// The shell that should have stopped this process did not do so.
    public struct Failed: Error, CustomStringConvertible {
        /// What the shell returned.
        public var status: Int32

        /// What happened.
        public var description: String { "Stopping this process failed: /bin/sh ended with \(self.status)." }
    }

    /// Sends SIGSTOP to this process, and SIGCONT after a while, from a shell of its own.
    ///
    /// Every thread stands still meanwhile; deadlines pass, and what others send waits in the sockets.
    ///
    /// - Parameter duration: How long this process stands still.
    /// - Throws: ``Failed``, or what starting a shell throws.
    public static func stall(for duration: Duration) async throws {
        let status = try await withCheckedThrowingContinuation { continuation in
            // Foundation keeps a run loop, and its descriptors, for each thread that starts a process: this one ends.
            Thread.detachNewThread { continuation.resume(with: Result { try Self.run(duration) }) }
        }
        guard status == 0 else { throw Failed(status: status) }
    }

    private static func run(_ duration: Duration) throws -> Int32 {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = [
            "-c", "kill -STOP \"$1\" && { sleep \"$2\"; kill -CONT \"$1\"; }", "sh",
            "\(ProcessInfo.processInfo.processIdentifier)", "\(duration / .seconds(1))",
        ]
        try shell.run()
        shell.waitUntilExit()
        return shell.terminationStatus
    }
}
