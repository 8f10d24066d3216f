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
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = [
            "-c", "kill -STOP \"$1\" && { sleep \"$2\"; kill -CONT \"$1\"; }", "sh",
            "\(ProcessInfo.processInfo.processIdentifier)", "\(duration / .seconds(1))",
        ]
        let status: Int32 = try await withCheckedThrowingContinuation { continuation in
            shell.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try shell.run()
            } catch {
                shell.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        guard status == 0 else { throw Failed(status: status) }
    }
}
