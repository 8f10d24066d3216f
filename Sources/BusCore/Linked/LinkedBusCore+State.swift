import Logging
import NIOCore

extension LinkedBusCore {
    /// Publishes the state if it has changed, and reports the beginning and the end of an outage.
    mutating func refreshState() {
        let state = self.presentState()
        guard state != self.outage.state else { return }
        let before = self.outage.state
        let reports = self.outage.update(state, refused: self.counters.refused.value, self.executor.now)
        // Whoever sees the state finds the reason in the log.
        for report in reports { self.take(report, before) }
        self.board.update(state)
    }

    private func presentState() -> BusState {
        if self.isClosed { return .closed }
        let publishing = self.linkParts.indices.allSatisfy { !self.linkParts[$0].publishes || self.publishes($0) }
        let subscribing = self.linkParts.indices.allSatisfy { !self.linkParts[$0].subscribes || self.subscribes($0) }
        if publishing, subscribing { return self.silentPeers.isEmpty ? .connected : .degraded(.peer) }
        // The very first attempts are not an outage.
        if self.outage.state == .connecting, self.isFirstAttempt { return .connecting }
        if publishing { return self.isFirstSynchronization ? .connecting : .degraded(.subscribing) }
        if subscribing { return .degraded(.publishing) }
        let isPartlyUp =
            self.linkParts.indices.contains { self.publishes($0) }
            && self.linkParts.indices.contains { self.subscribes($0) }
        return isPartlyUp ? .degraded(.shard) : self.reconnecting
    }

    private var reconnecting: BusState {
        let attempt = max(1, self.parts.lazy.map(\.failures).max() ?? 1)
        let isDenied = self.partError?.code == .unauthorized
        return .reconnecting(attempt: attempt, reason: isDenied ? .unauthorized : .unreachable)
    }

    private var isFirstAttempt: Bool {
        self.linkParts.indices.contains { part in
            !self.linkParts[part].isRetired && !self.parts[part].hasBeenUp && self.parts[part].failures == 0
        }
    }

    private func publishes(_ part: Int) -> Bool {
        self.linkParts[part].publishes && self.parts[part].isUp && !self.windows[part].isSuspect
    }

    private func subscribes(_ part: Int) -> Bool {
        self.linkParts[part].subscribes && self.parts[part].isUp && self.table.isSynchronized(part)
    }

    private var isFirstSynchronization: Bool {
        self.outage.state == .connecting
            && self.linkParts.indices.allSatisfy { self.linkParts[$0].isRetired || self.parts[$0].isUp }
    }

    /// Why the bus is not well, in words for an operator.
    private func trouble(_ state: BusState) -> String? {
        switch state {
        case .connected: nil
        case .closed: "The bus has been closed."
        case .connecting: "The bus has not reached its backend yet."
        case .degraded(.publishing):
            "Messages of this node do not reach other nodes; it still receives theirs. \(self.lastError)"
        case .degraded(.subscribing):
            "This node does not receive messages of other nodes; its own reach them. \(self.lastError)"
        case .degraded(.shard):
            "A part of the backend is out of reach: some channels carry nothing. The bus goes on trying. \(self.lastError)"
        case .degraded(.peer):
            "These nodes are silent: \(self.silentPeers.joined(separator: ", ")). They have died, or messages between them and "
                + "this node are lost."
        case .reconnecting(_, .unreachable):
            "The backend is out of reach: no message crosses nodes. The bus goes on trying. \(self.lastError)"
        case .reconnecting(_, .unauthorized):
            "The backend denies access: no message crosses nodes. The bus goes on trying. \(self.lastError)"
        }
    }

    private var lastError: String {
        if let error = self.partError { return error.message }
        guard let part = self.windows.firstIndex(where: \.isSuspect) else { return "" }
        return "The \(self.linkParts[part].name) has stopped answering."
    }

    private var partError: BusError? {
        for part in self.parts.indices where !self.linkParts[part].isRetired {
            if let error = self.parts[part].lastError { return error }
        }
        return nil
    }

    func healthReport() -> BusHealth {
        let isFresh = self.probe.isFresh(self.executor.now)
        let isHealthy = self.outage.state == .connected && isFresh
        let reason =
            self.trouble(self.outage.state)
            ?? (isFresh ? nil : "The latest probe through the backend was not answered.")
        return BusHealth(
            state: self.outage.state,
            isHealthy: isHealthy,
            roundTrip: self.probe.lastRoundTrip.map { .nanoseconds($0.nanoseconds) },
            reason: isHealthy ? nil : reason,
            error: self.partError
        )
    }

    private mutating func take(_ report: OutageMachine.Report, _ before: BusState) {
        switch report {
        case .began:
            self.owesOutageReport = true
            self.deadlines.add(.outageReport, at: self.executor.now + Self.outageGrace)
            self.needs.insert(.timer)
        case .ended(let duration, let refused):
            self.reportOutage(before)
            self.logRecovery(duration, refused)
        case .peersFellSilent:
            self.logger.warning(
                "Another node has fallen silent: it has died, or messages between it and this node are lost.",
                metadata: ["bus.peers": "\(self.silentPeers.joined(separator: ", "))"]
            )
        case .peersAreHeard:
            self.logger.info("No node is silent any more.")
        }
    }

    /// How long after the first part was lost an outage is logged.
    private static let outageGrace = TimeAmount.milliseconds(50)

    /// Logs the outage that has begun, once.
    mutating func reportOutage(_ state: BusState) {
        guard self.owesOutageReport else { return }
        self.owesOutageReport = false
        self.logger.warning(
            "The bus is not connected: messages between nodes are lost until it is. It reconnects by itself.",
            metadata: ["bus.state": "\(state)", "bus.reason": "\(self.trouble(state) ?? "")"]
        )
    }

    private func logRecovery(_ duration: TimeAmount, _ refused: Int) {
        self.logger.info(
            "The bus is connected again: messages cross nodes.",
            metadata: [
                "bus.outage_ms": "\(duration.nanoseconds / 1_000_000)",
                "bus.refused_publishes": "\(refused)",
                "bus.channels": "\(self.table.count)",
            ]
        )
    }
}
