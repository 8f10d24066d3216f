import Testing

@testable import HubRuntime

@Suite(.timeLimit(.minutes(1))) struct ConnectionStateMachineTests {
    private enum Event: CaseIterable {
        case handshake, accepted, refused, close, transportClosed, idle, farewellDone
    }

    /// Every sequence of up to seven events: what must happen once happens at most once, and in order.
    @Test func everySequenceOfEventsKeepsTheRules() {
        var paths: [[Event]] = [[]]
        for _ in 0..<7 {
            paths = paths.flatMap { path in Event.allCases.map { path + [$0] } }
            if paths.count > 200_000 { break }
            for path in paths { self.check(path) }
        }
    }

    private func check(_ path: [Event]) {
        var machine = ConnectionStateMachine()
        var actions: [ConnectionStateMachine.Action] = []
        for event in path {
            let action = self.apply(event, &machine)
            if action != .none { actions.append(action) }
        }
        #expect(actions.filter { $0 == .runDisconnected }.count <= 1, "\(path)")
        #expect(actions.filter { $0 == .remove }.count <= 1, "\(path)")
        if let removal = actions.firstIndex(of: .remove) {
            #expect(removal == actions.count - 1, "something happens after the end: \(path)")
            #expect(machine.isWireClosed, "removed while the transport lives: \(path)")
        }
        if actions.contains(.runDisconnected) {
            #expect(path.contains(.accepted) && path.contains(.transportClosed), "\(path)")
        }
        if machine.isOpen { #expect(path.contains(.handshake) && !path.contains(.close), "\(path)") }
    }

    private func apply(_ event: Event, _ machine: inout ConnectionStateMachine) -> ConnectionStateMachine.Action {
        switch event {
        case .handshake:
            machine.handshakeSucceeded()
            return .none
        case .accepted: return machine.hubConnected(accepted: true, isIdle: true)
        case .refused: return machine.hubConnected(accepted: false, isIdle: true)
        case .close:
            _ = machine.close()
            return .none
        case .transportClosed: return machine.transportClosed(isIdle: true)
        case .idle: return machine.becameIdle()
        case .farewellDone: return machine.hubDisconnected()
        }
    }

    @Test func whatStillRunsHoldsTheFarewellBack() {
        var machine = ConnectionStateMachine()
        machine.handshakeSucceeded()
        #expect(machine.hubConnected(accepted: true, isIdle: false) == .startInvocations)
        #expect(machine.transportClosed(isIdle: false) == .none)
        #expect(machine.becameIdle() == .runDisconnected)
        #expect(machine.becameIdle() == .none)
        #expect(machine.hubDisconnected() == .remove)
    }
}
