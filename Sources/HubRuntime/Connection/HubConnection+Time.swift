import HubProtocol

extension HubConnection {
    /// Sets the first reminder.
    func startTime() {
        self.reminder = self.shard.remind(self, at: self.nextDeadline)
    }

    /// Has the next tick look at the connection.
    func remindSoon() {
        self.reminder = self.shard.remind(self, at: self.shard.now &+ 1)
    }

    /// Takes a reminder of the wheel, and sees whether something is due.
    func reminded(_ now: UInt32) {
        // Slots are used again, and reminders may be set anew: only the latest one counts.
        guard now == self.reminder else { return }
        self.check(now)
        self.reminder = self.shard.remind(self, at: self.nextDeadline)
    }

    private func check(_ now: UInt32) {
        let limits = self.core.limits
        if self.machine.isHandshaking {
            // Nothing is sent before the handshake: this is the time since the connection was opened.
            guard now &- self.lastSent >= limits.handshakeTicks else { return }
            return self.refuseHandshake("Handshake was canceled.")
        }
        guard self.machine.isOpen else { return }
        if !self.roomWaiters.isEmpty, now &- self.waitingSince >= limits.sendTicks { self.resumeRoomWaiters() }
        if self.isTimingOut, now &- self.lastReceived >= limits.clientTimeoutTicks { return self.timedOut() }
        if now &- self.lastSent >= limits.keepAliveTicks { self.send(.ping) }
    }

    /// Whether silence counts: not before the client's first message, and not while it waits for us.
    private var isTimingOut: Bool {
        self.hasSpoken && self.invocations.isIdle && self.machine.acceptsInvocations
    }

    private var nextDeadline: UInt32 {
        let limits = self.core.limits
        if self.machine.isHandshaking { return self.lastSent &+ limits.handshakeTicks }
        if !self.roomWaiters.isEmpty { return self.shard.now &+ 1 }
        let ping = self.lastSent &+ limits.keepAliveTicks
        let timeout = self.lastReceived &+ limits.clientTimeoutTicks
        return self.isTimingOut && Int32(bitPattern: timeout &- ping) < 0 ? timeout : ping
    }

    private func timedOut() {
        let text = "The client has not sent anything within \(self.core.limits.clientTimeoutTicks) seconds."
        self.failure = HubConnectionError(.timedOut, text)
        self.close(
            TransportCloseReason(.policyViolation, "Client timeout."),
            error: "Connection closed because the client timed out.",
            allowReconnect: true
        )
    }
}
