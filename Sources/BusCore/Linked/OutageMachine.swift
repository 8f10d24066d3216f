import NIOCore

/// Follows the states of a bus, so that an outage is reported once when it begins and once when it is over.
///
/// The silence of another node is reported apart: this node's own way to the backend works meanwhile.
struct OutageMachine {
    enum Report: Equatable {
        case began(BusState)
        case ended(duration: TimeAmount, refused: Int)
        case peersFellSilent
        case peersAreHeard
    }

    private(set) var state = BusState.connecting
    private var began: NIODeadline?
    private var refusedBefore = 0
    private var isMissingPeers = false

    /// Takes the present state.
    ///
    /// - Parameters:
    ///   - state: The state.
    ///   - refused: How many publishes have been refused so far.
    ///   - now: The time.
    /// - Returns: What to report, in order.
    mutating func update(_ state: BusState, refused: Int, _ now: NIODeadline) -> [Report] {
        guard state != self.state else { return [] }
        self.state = state
        switch state {
        case .connecting, .closed:
            return []
        case .connected, .degraded(.peer):
            return self.endOutage(refused, now) + self.notePeers(areMissing: state == .degraded(.peer))
        case .degraded, .reconnecting:
            guard self.began == nil else { return [] }
            self.began = now
            self.refusedBefore = refused
            return [.began(state)]
        }
    }

    private mutating func endOutage(_ refused: Int, _ now: NIODeadline) -> [Report] {
        guard let began = self.began else { return [] }
        self.began = nil
        return [.ended(duration: now - began, refused: refused - self.refusedBefore)]
    }

    private mutating func notePeers(areMissing: Bool) -> [Report] {
        guard areMissing != self.isMissingPeers else { return [] }
        self.isMissingPeers = areMissing
        return [areMissing ? .peersFellSilent : .peersAreHeard]
    }
}
