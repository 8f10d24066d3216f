import BusCore
import Testing

@testable import HubRuntime

@Suite(.timeLimit(.minutes(1))) struct ChannelTableTests {
    private final class Loop {}

    private final class Subscription: BusSubscription {
        let channels: [BusChannel] = ["c"]
        let isActive = true
        func active(within limit: Duration) async throws {}
        func cancel() {}
        func cancelled() async {}
    }

    private enum Step { case subscribe, cancel }

    /// Members come and go while somebody subscribes or cancels: there is never more than one subscription, and in the end
    /// there is one exactly if there are members.
    @Test(arguments: 0..<200 as Range<UInt64>)
    func interleavedChangesAgree(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var table = ChannelTable<Loop, Int>()
        let loops = [Loop(), Loop(), Loop()]
        var members = [0, 0, 0]
        var work: Step?
        var subscriptions = 0
        var waiting = 0
        func take(_ action: ChannelTable<Loop, Int>.Action) {
            switch action {
            case .none: break
            case .subscribe:
                #expect(work == nil)
                work = .subscribe
            case .cancel:
                #expect(work == nil)
                work = .cancel
            }
        }
        func finishWork() {
            switch work {
            case nil: break
            case .subscribe:
                work = nil
                let isRefused = Int.random(in: 0..<10, using: &generator) == 0
                if !isRefused { subscriptions += 1 }
                let (waiters, next) = table.subscribed("c", isRefused ? nil : Subscription())
                waiting -= waiters.count
                take(next)
            case .cancel:
                work = nil
                subscriptions -= 1
                take(table.cancelled("c"))
            }
            #expect(subscriptions >= 0 && subscriptions <= 1)
        }
        for _ in 0..<300 {
            let loop = Int.random(in: 0..<3, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0:
                members[loop] += 1
                take(table.join("c", loops[loop]))
            case 1 where members[loop] > 0:
                members[loop] -= 1
                take(table.leave("c", loops[loop]))
            case 2:
                if table.addWaiter(0, to: "c").waits { waiting += 1 }
            default:
                finishWork()
            }
            #expect(table.shares(of: "c").map(\.count).reduce(0, +) == members.reduce(0, +))
        }
        while work != nil { finishWork() }
        #expect(waiting == 0)
        if members.allSatisfy({ $0 == 0 }) {
            #expect(subscriptions == 0)
            #expect(table.count == 0)
        } else {
            #expect(table.count == 1)
        }
    }
}
