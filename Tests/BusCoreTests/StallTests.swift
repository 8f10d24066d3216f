import BitCollections
import Logging
import NIOCore
import Synchronization
import Testing

@testable import BusCore

/// What a process that was stopped for a while makes of its deadlines: the answers may have come and lie unread.
@Suite(.timeLimit(.minutes(1)))
struct StallTests {
    private let executor = ManualExecutor()
    private let link = ScriptedLink(shards: 2)
    private let driver: LinkedBusDriver

    init() {
        self.driver = LinkedBusDriver(
            link: self.link,
            executor: self.executor,
            configuration: LinkedBusConfiguration(),
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        self.driver.post(.start)
        self.executor.run()
        for part in 0..<3 { self.link.finishConnecting(part, succeeds: true) }
    }

    @Test func `A stall spends no deadline`() {
        let outcomes = self.publish()
        #expect(self.link.isConnecting(3), "an attempt of which the answer is missing")
        self.executor.stall(for: .seconds(30))
        #expect(self.link.disconnects == 0)
        #expect(outcomes.all == [])
        self.link.finishConnecting(3, succeeds: true)
        self.link.settle()
        #expect(outcomes.all == ["published"])
        #expect(self.driver.board.state == .connected)
        #expect(self.link.connectAttempts == 4)
    }

    /// A question may be worked off before the timer, which is late as well.
    @Test func `A stall spends no deadline when something else than the timer comes first`() {
        self.link.finishConnecting(3, succeeds: true)
        let outcomes = self.publish()
        self.executor.stall(for: .seconds(30)) {
            self.driver.post(.health({ _ in }))
            self.executor.run()
        }
        #expect(outcomes.all == [])
        self.link.settle()
        #expect(outcomes.all == ["published"])
        #expect(self.link.disconnects == 0)
    }

    private func publish() -> Outcomes {
        let outcomes = Outcomes()
        self.driver.submit(
            PendingPublish(payload: ByteBuffer(string: "x"), channel: "c") { result in
                outcomes.add((try? result.get()) == nil ? "failed" : "published")
            }
        )
        self.executor.run()
        return outcomes
    }

    @Test func `A stall does not fail a running probe, and silence after it does`() {
        self.link.finishConnecting(3, succeeds: true)
        self.executor.advance(by: .milliseconds(5_500))
        #expect(
            self.link.connections.contains { $0?.commands.isEmpty == false },
            "a probe is under way"
        )
        self.executor.stall(for: .seconds(20))
        #expect(self.link.disconnects == 0)
        self.executor.advance(by: .seconds(1))
        #expect(self.link.disconnects == 4)
    }

    @Test func `A stall does not make a round trip negative`() {
        var probe = ProbeMachine(LinkedBusConfiguration())
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        probe.hasten(start)
        #expect(probe.due(start, up: [0]) == 1)
        probe.postpone(by: .seconds(2))
        #expect(probe.overdue(start + .seconds(3)) == [])
        #expect(probe.answered(0, token: 1, start + .seconds(1)) == .succeeded)
        #expect(probe.lastRoundTrip == .seconds(1))
    }
}

/// What became of publishes.
private final class Outcomes: Sendable {
    private let list = Mutex<[String]>([])

    var all: [String] { self.list.withLock { $0 } }

    func add(_ outcome: String) { self.list.withLock { $0.append(outcome) } }
}
