import Logging
import NIOCore

extension LinkedBusCore {
    /// Publishes the state if it has changed, and reports the beginning and the end of an outage.
    mutating func refreshState() {
        let state = self.presentState()
        guard state != self.outage.state else { return }
        let report = self.outage.update(state, refused: self.counters.refused.value, self.executor.now)
        self.board.update(state)
        switch report {
        case nil: break
        case .began: self.logOutage(state)
        case .ended(let duration, let refused): self.logRecovery(duration, refused)
        }
    }

    private func presentState() -> BusState {
        if self.isClosed { return .closed }
        let publishing = self.isPublishingUp
        let subscribing = self.isSubscribingUp
        if publishing, subscribing { return .connected }
        // The very first attempts are not an outage.
        let isFirst = self.parts.contains { !$0.hasBeenUp && $0.failures == 0 }
        if isFirst, self.outage.state == .connecting { return .connecting }
        if publishing { return self.isFirstSynchronization ? .connecting : .degraded(.subscribing) }
        if subscribing { return .degraded(.publishing) }
        return .reconnecting(attempt: max(1, self.parts.map(\.failures).max() ?? 1))
    }

    private var isFirstSynchronization: Bool {
        self.outage.state == .connecting && self.parts.allSatisfy(\.isUp)
    }

    private var isPublishingUp: Bool {
        self.linkParts.indices.allSatisfy { part in
            !self.linkParts[part].publishes || (self.parts[part].isUp && !self.windows[part].isSuspect)
        }
    }

    private var isSubscribingUp: Bool {
        self.linkParts.indices.allSatisfy { part in
            !self.linkParts[part].subscribes || (self.parts[part].isUp && self.table.isSynchronized(part))
        }
    }

    /// Why the bus is not well, in words for an operator.
    private var trouble: String? {
        switch self.outage.state {
        case .connected: nil
        case .closed: "The bus has been closed."
        case .connecting: "The bus has not reached its backend yet."
        case .degraded(.publishing):
            "Messages of this node do not reach other nodes; it still receives theirs. \(self.lastError)"
        case .degraded(.subscribing):
            "This node does not receive messages of other nodes; its own reach them. \(self.lastError)"
        case .reconnecting:
            "The backend is out of reach: no message crosses nodes. The bus goes on trying. \(self.lastError)"
        }
    }

    private var lastError: String {
        for part in self.parts.indices {
            if let error = self.parts[part].lastError { return error.message }
            if self.windows[part].isSuspect { return "The \(self.linkParts[part].name) has stopped answering." }
        }
        return ""
    }

    func healthReport() -> BusHealth {
        let isFresh = self.probe.isFresh(self.executor.now)
        let isHealthy = self.outage.state == .connected && isFresh
        let reason = self.trouble ?? (isFresh ? nil : "The latest probe through the backend was not answered.")
        return BusHealth(
            state: self.outage.state,
            isHealthy: isHealthy,
            roundTrip: self.probe.lastRoundTrip.map { .nanoseconds($0.nanoseconds) },
            reason: isHealthy ? nil : reason
        )
    }

    private func logOutage(_ state: BusState) {
        self.logger.warning(
            "The bus is not connected: messages between nodes are lost until it is. It reconnects by itself.",
            metadata: ["bus.state": "\(state)", "bus.reason": "\(self.trouble ?? "")"]
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
