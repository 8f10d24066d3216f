import BitCollections
import Logging
import NIOCore
import Synchronization
import Testing

@testable import BusCore

@Suite(.timeLimit(.minutes(1)))
struct MachineTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private func entry(_ window: inout PublishWindow, _ told: @escaping PublishCompletion = { _ in }) {
        window.append(channel: "c", bytes: 1, lossCount: 0, completion: told)
    }

    @Test func `A window answers in any order, once each`() {
        var window = PublishWindow()
        for _ in 0..<4 { self.entry(&window) }
        window.stamp(self.start)
        #expect(window.answer(2)?.completion != nil)
        #expect(window.answer(2)?.completion == nil)
        #expect(window.answer(0)?.completion != nil)
        #expect(window.answer(1)?.completion != nil)
        #expect(window.answer(3)?.completion != nil)
        #expect(window.answer(4) == nil)
        #expect(window.nextToken == 4)
    }

    @Test func `A missed deadline makes the window suspect until something is answered`() {
        var window = PublishWindow()
        self.entry(&window)
        self.entry(&window)
        window.stamp(self.start + .seconds(2))
        #expect(window.expire(self.start + .seconds(1)).isEmpty)
        #expect(window.expire(self.start + .seconds(2)).count == 2)
        #expect(window.isSuspect)
        #expect(window.nextDeadline == nil)
        #expect(window.answer(0) == nil, "its outcome has been told")
        #expect(!window.isSuspect)
    }

    @Test func `A lost connection takes everything unanswered, and tokens go on counting`() {
        var window = PublishWindow()
        for _ in 0..<3 { self.entry(&window) }
        _ = window.answer(0)
        #expect(window.removeAll().count == 2)
        #expect(window.nextToken == 3)
        #expect(window.answer(1) == nil)
    }

    @Test func `Delays start small, grow to a second, and to five in a long outage`() {
        let backoff = Backoff(LinkedBusConfiguration())
        var random = SplitMix64(seed: 1)
        for failures in 0..<40 {
            for _ in 0..<50 {
                let delay = backoff.delay(failures: failures, outage: .seconds(5), using: &random)
                #expect(delay <= (failures == 0 ? .milliseconds(100) : .seconds(1)))
                let late = backoff.delay(failures: 30, outage: .minutes(11), using: &random)
                #expect(late >= .milliseconds(2_500) && late <= .seconds(5))
            }
        }
    }

    @Test func `A part ignores the news of connections that are not its present one`() {
        var part = PartMachine(LinkedBusConfiguration())
        var random = SplitMix64(seed: 1)
        #expect(part.start(self.start) == .connect(connection: 1))
        #expect(part.due(self.start + .seconds(2)) == .abandon)
        #expect(part.lost(1, BusError(.linkFailed, "slow"), self.start + .seconds(2), using: &random).isPresent)
        let later = self.start + .seconds(4)
        #expect(part.due(later) == .connect(connection: 2))
        let tookStale = part.connected(1)
        #expect(!tookStale)
        let tookPresent = part.connected(2)
        #expect(tookPresent)
        #expect(!part.lost(1, BusError(.linkFailed, "stale"), later, using: &random).isPresent)
        #expect(part.isUp)
        part.close()
        #expect(part.due(later + .seconds(9)) == nil)
    }

    @Test func `A probe succeeds when every part has answered, and fails when one is lost`() {
        var probe = ProbeMachine(LinkedBusConfiguration())
        probe.arm(self.start)
        #expect(probe.due(self.start, up: [0, 1]) == nil)
        let due = self.start + .seconds(5)
        #expect(probe.due(due, up: [0, 1]) == 1)
        #expect(probe.answered(0, token: 1, due) == nil)
        #expect(probe.answered(1, token: 1, due + .milliseconds(3)) == .succeeded)
        #expect(probe.lastRoundTrip == .milliseconds(3))
        #expect(probe.isFresh(due + .seconds(1)))
        probe.hasten(due + .seconds(2))
        #expect(probe.due(due + .seconds(2), up: [0, 1]) == 2)
        #expect(probe.overdue(due + .seconds(4)) == [0, 1])
        #expect(probe.answered(0, token: 2, due + .seconds(4)) == nil)
        #expect(probe.lost(1, due + .seconds(4)) == .failed)
        #expect(!probe.isRunning)
    }

    @Test func `An outage is reported once when it begins and once when it is over`() {
        var outage = OutageMachine()
        #expect(outage.update(.connected, refused: 0, self.start) == [])
        #expect(outage.update(.degraded(.publishing), refused: 0, self.start) == [.began(.degraded(.publishing))])
        #expect(outage.update(.reconnecting(attempt: 1, reason: .unreachable), refused: 3, self.start) == [])
        #expect(outage.update(.reconnecting(attempt: 2, reason: .unauthorized), refused: 5, self.start) == [])
        let end = self.start + .seconds(9)
        #expect(outage.update(.connected, refused: 7, end) == [.ended(duration: .seconds(9), refused: 7)])
    }

    @Test func `The silence of a node is reported apart from an outage`() {
        var outage = OutageMachine()
        #expect(outage.update(.connected, refused: 0, self.start) == [])
        #expect(outage.update(.degraded(.peer), refused: 0, self.start) == [.peersFellSilent])
        let unreachable = BusState.reconnecting(attempt: 1, reason: .unreachable)
        #expect(outage.update(unreachable, refused: 0, self.start) == [.began(unreachable)])
        let end = self.start + .seconds(1)
        #expect(outage.update(.degraded(.peer), refused: 2, end) == [.ended(duration: .seconds(1), refused: 2)])
        #expect(outage.update(.connected, refused: 2, end) == [.peersAreHeard])
    }

    @Test func `Publishes beyond the bound are refused at once, and room is made by answers`() throws {
        let executor = ManualExecutor()
        let link = ScriptedLink()
        var configuration = LinkedBusConfiguration()
        configuration.maximumPublishesInFlight = 2
        let bus = LinkedBus(
            link: link,
            executor: executor,
            capabilities: BusCapabilities(barrier: .cluster, lossDetection: .complete),
            limits: BusLimits(maximumPayloadBytes: 10, maximumChannelBytes: 10, maximumChannels: 10),
            configuration: configuration,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        executor.run()
        for part in 0...1 { link.finishConnecting(part, succeeds: true) }
        let outcomes = Mutex<[String]>([])
        func submit(_ payload: String, _ channel: BusChannel = "c") {
            bus.submit(ByteBuffer(string: payload), to: channel) { result in
                outcomes.withLock { list in
                    switch result {
                    case .success: list.append("ok")
                    case .failure(let error): list.append("\(error.code)")
                    }
                }
            }
        }
        for _ in 0..<3 { submit("x") }
        submit("longer than ten")
        submit("x", "")
        submit("x", "longer than ten")
        #expect(outcomes.withLock { $0 } == ["overloaded", "payloadTooLarge", "invalidChannel", "invalidChannel"])
        executor.run()
        link.settle()
        submit("x")
        executor.run()
        link.settle()
        #expect(outcomes.withLock { $0 }.suffix(3) == ["ok", "ok", "ok"])
        #expect(bus.statistics.published == 3)
        #expect(bus.statistics.refused == 4)
    }
}
