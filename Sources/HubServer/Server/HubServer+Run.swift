import BusCore
import Logging
public import NIOCore
import UnixSignals

extension HubServer {
    /// Runs the server until the process is told to end.
    ///
    /// Starts, then waits for SIGTERM or SIGINT (Ctrl-C), then stops as ``shutdown()`` does and closes the bus. A second
    /// signal cuts everything off at once. Cancelling the task stops the server in the same way as a signal.
    ///
    /// - Parameter listening: Called once when connections are accepted, with the address.
    /// - Throws: What ``start()`` throws.
    public func run(whenListening listening: (SocketAddress) -> Void = { _ in }) async throws {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        try await start()
        if let localAddress { listening(localAddress) }
        let (events, continuation) = AsyncStream<Void>.makeStream()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in signals { continuation.yield() }
                continuation.finish()
            }
            var iterator = events.makeAsyncIterator()
            _ = await iterator.next(isolation: #isolation)
            group.addTask {
                await self.shutdown()
                await self.bus.close()
                continuation.finish()
            }
            if await iterator.next(isolation: #isolation) != nil {
                self.logger.notice("A second signal: the server ends at once.")
                await self.cutOff()
            }
            group.cancelAll()
        }
    }
}
