import BusCore
import NIOCore

/// An executor whose clock and turns the test moves by hand.
///
/// `@unchecked Sendable`: everything runs on the thread of one test.
final class ManualExecutor: BusExecutor, @unchecked Sendable {
    private var work: [@Sendable () -> Void] = []
    private var timers: [(deadline: NIODeadline, work: @Sendable () -> Void)] = []
    private(set) var now = NIODeadline.uptimeNanoseconds(1_000_000_000)
    let isCurrent = true

    func execute(_ work: @escaping @Sendable () -> Void) { self.work.append(work) }

    func schedule(at deadline: NIODeadline, _ work: @escaping @Sendable () -> Void) {
        self.timers.append((deadline, work))
    }

    /// How many timers are set.
    var timerCount: Int { self.timers.count }

    /// Runs what was asked for, and what that asks for.
    func run() {
        while !self.work.isEmpty {
            let work = self.work
            self.work = []
            for item in work { item() }
        }
    }

    /// Moves the clock, timer by timer.
    func advance(by amount: TimeAmount) {
        let end = self.now + amount
        self.run()
        while let index = self.timers.indices.min(by: { self.timers[$0].deadline < self.timers[$1].deadline }),
            self.timers[index].deadline <= end
        {
            let timer = self.timers.remove(at: index)
            self.now = max(self.now, timer.deadline)
            timer.work()
            self.run()
        }
        self.now = end
    }

    /// The process is stopped for a while: every timer that falls due meanwhile comes late, and all come at once.
    ///
    /// - Parameters:
    ///   - amount: How long.
    ///   - wakening: What the process does before its timers come.
    func stall(for amount: TimeAmount, wakening: () -> Void = {}) {
        self.run()
        self.now = self.now + amount
        wakening()
        self.advance(by: .zero)
    }
}
