import Testing

@testable import HubRuntime

@Suite(.timeLimit(.minutes(1))) struct TimerWheelTests {
    @Test func remindersComeWhenTheyAreDue() {
        var wheel = TimerWheel()
        #expect(wheel.remind(1, at: 3) == 3)
        #expect(wheel.remind(2, at: 1) == 1)
        #expect(wheel.advance() == [2])
        #expect(wheel.advance() == [])
        #expect(wheel.advance() == [1])
        #expect((0..<200).allSatisfy { _ in wheel.advance().isEmpty })
    }

    @Test func whatIsDueOrPastComesWithTheNextTick() {
        var wheel = TimerWheel()
        for _ in 0..<100 { _ = wheel.advance() }
        #expect(wheel.remind(1, at: 100) == 101)
        #expect(wheel.remind(2, at: 5) == 101)
        #expect(wheel.advance() == [1, 2])
    }

    @Test func whatIsFarAwayComesEarlyAndNeverLate() {
        var wheel = TimerWheel()
        let due = wheel.remind(1, at: 1_000)
        #expect(due == TimerWheel.span)
        for tick in 1...due { #expect(wheel.advance() == (tick == due ? [1] : [])) }
    }

    @Test func everyReminderComesOnceAndInTime() {
        var generator = SeededGenerator(seed: 3)
        var wheel = TimerWheel()
        var due: [UInt32: [UInt32]] = [:]
        for slot in 0..<5_000 as Range<UInt32> {
            let tick = wheel.now + UInt32.random(in: 1...90, using: &generator)
            let reminder = wheel.remind(slot, at: tick)
            #expect(reminder <= tick && reminder > wheel.now)
            due[reminder, default: []].append(slot)
            if slot % 7 == 0 {
                let reminded = wheel.advance()
                #expect(reminded == due.removeValue(forKey: wheel.now) ?? [])
            }
        }
        for _ in 0..<100 { #expect(wheel.advance() == due.removeValue(forKey: wheel.now) ?? []) }
        #expect(due.isEmpty)
    }
}
