import BusCore
import Dispatch
import Logging
import NIOCore
import RedisBus
import RedisTestSupport
import Synchronization
import Testing

@Suite("RedisBus that reads too slowly", .timeLimit(.minutes(1)))
struct RedisBusOverflowTests {
    /// Holds up the bus's thread at the first message, and keeps what comes.
    private final class Blocking: BusReceiver {
        let hasBegun = DispatchSemaphore(value: 0)
        let mayGoOn = DispatchSemaphore(value: 0)
        private let isFirst = Mutex(true)
        private let inner: Inbox

        init(_ inner: Inbox) {
            self.inner = inner
        }

        func received(_ event: BusEvent) {
            let isFirst = self.isFirst.withLock { isFirst in
                defer { isFirst = false }
                return isFirst
            }
            if isFirst {
                self.hasBegun.signal()
                self.mayGoOn.wait()
            }
            self.inner.received(event)
        }

        func readCompleted() {}
    }

    @Test func saysThatTheOutputLimitWasProbablyReachedAndMarksTheGap() async throws {
        let server = try await RedisServer.started(arguments: [
            "--client-output-buffer-limit", "pubsub 1mb 0 0",
        ])
        let log = LogRecorder()
        let slow = try await server.connectedBus(logger: log.logger)
        let publisher = try await server.connectedBus()
        let inbox = Inbox()
        let receiver = Blocking(inbox)
        _ = try await slow.subscribe(to: ["flood"], receiver: receiver, activeWithin: .seconds(10))
        let payload = ByteBuffer(repeating: 0x78, count: 64 * 1024)
        try await publisher.publish(payload, to: "flood")
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                receiver.hasBegun.wait()
                continuation.resume()
            }
        }
        for _ in 0..<200 { try await publisher.publish(payload, to: "flood") }
        try await wait(for: "Redis closes the connection that does not read") {
            try await server.command("PUBSUB", "NUMSUB", "flood").elements?.last == .integer(0)
        }
        receiver.mayGoOn.signal()
        var events = inbox.events.makeAsyncIterator()
        var isGap = false
        while !isGap {
            if case .gap = await events.next(isolation: #isolation) { isGap = true }
        }
        try await wait(for: "the limit is in the log") {
            log.texts(.warning).contains { $0.contains("pubsub 1048576 0 0") }
        }
        #expect(
            log.texts(.warning).contains {
                $0.contains("client-output-buffer-limit") && $0.contains("too slow")
            }
        )
        try await slow.connected(within: .seconds(20))
        await slow.close()
        await publisher.close()
    }
}
