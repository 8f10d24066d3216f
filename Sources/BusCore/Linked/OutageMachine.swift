import NIOCore

/// Follows the states of a bus, so that an outage is reported once when it begins and once when it is over.
struct OutageMachine {
    enum Report: Equatable {
        case began(BusState)
        case ended(duration: TimeAmount, refused: Int)
    }

    private(set) var state = BusState.connecting
    private var began: NIODeadline?
    private var refusedBefore = 0

    /// Takes the present state.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - refused: How many publishes have been refused so far.
    ///   - now: The time.
    /// - Returns: What to report, if anything.
    mutating func update(_ state: BusState, refused: Int, _ now: NIODeadline) -> Report? {
        guard state != self.state else { return nil }
        self.state = state
        switch state {
        case .connecting, .closed:
            return nil
        case .connected:
            guard let began = self.began else { return nil }
            self.began = nil
            return .ended(duration: now - began, refused: refused - self.refusedBefore)
        case .degraded, .reconnecting:
            guard self.began == nil else { return nil }
            self.began = now
            self.refusedBefore = refused
            return .began(state)
        }
    }
}
