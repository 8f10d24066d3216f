import HubProtocol
import NIOCore

extension HubConnection {
    /// Writes a message of our own making.
    func send(_ message: OutgoingHubMessage) {
        var bytes = ByteBuffer()
        do {
            try self.core.codecs[self.format.codec].encode(message, into: &bytes)
        } catch {
            // Only texts and ids of our own and the peer's are in it; a codec that cannot write them is broken.
            self.failure = error
            return self.end(TransportCloseReason(.internalError))
        }
        self.send(bytes, isControl: true)
    }

    /// Writes a message that is in the bytes of the connection's protocol.
    func send(_ message: ByteBuffer, isControl: Bool) {
        let bytes = self.format.frame(CollectionOfOne(message))
        self.write(OutboundFrame(bytes: bytes, messages: 1, isControl: isControl))
    }

    /// Writes a frame now if the transport takes it, and otherwise when it does.
    ///
    /// Everything that is written passes here.
    func write(_ frame: OutboundFrame) {
        guard self.machine.isOpen || self.machine.isHandshaking, let transport = self.transport else { return }
        self.lastSent = self.shard.now
        if self.outbound.isEmpty {
            // What this turn wrote may be all that fills the transport.
            if !transport.isWritable { self.flush() }
            if self.outbound.isEmpty, transport.isWritable {
                transport.write(frame.bytes)
                return self.flushLater()
            }
        }
        self.enqueue(frame, transport)
    }

    private func enqueue(_ frame: OutboundFrame, _ transport: any HubTransport) {
        self.identity.setCongested(true)
        switch self.outbound.append(frame, transportBytes: transport.bufferedBytes, self.core.limits.outbound) {
        case .queued:
            break
        case .dropped(let messages):
            self.core.counters.dropped(messages)
        case .overflow:
            self.overflow()
        }
    }

    private func overflow() {
        self.core.counters.overflowed()
        self.outbound.removeAll()
        self.failure = HubConnectionError(
            .tooSlow,
            "The client did not read as fast as messages were sent to it, and its outbound queue was full."
        )
        self.close(
            TransportCloseReason(.policyViolation, "The client does not read fast enough."),
            error: "Connection closed because the client does not read as fast as messages are sent to it.",
            allowReconnect: true
        )
    }

    func transportWritabilityChanged() {
        // Flushing may change the writability, and a transport may tell at once: the loop below sees it.
        guard let transport = self.transport, !self.isWritingOut else { return }
        self.isWritingOut = true
        while transport.isWritable, let frame = self.outbound.popFirst() {
            transport.write(frame.bytes)
            if !transport.isWritable || self.outbound.isEmpty { transport.flush() }
        }
        self.isWritingOut = false
        guard transport.isWritable, self.outbound.isEmpty else { return }
        self.identity.setCongested(false)
        self.resumeRoomWaiters()
    }

    private func flushLater() {
        guard !self.isUnflushed else { return }
        self.isUnflushed = true
        self.shard.flushLater(self)
    }

    func flush() {
        guard self.isUnflushed else { return }
        self.isUnflushed = false
        self.transport?.flush()
    }

    // MARK: Senders that wait

    /// Has a sender wait until everything sent before has been taken by the transport.
    func awaitRoom(_ waiter: CheckedContinuation<Void, Never>) {
        guard self.machine.isOpen, !self.outbound.isEmpty else { return waiter.resume() }
        if self.roomWaiters.isEmpty { self.waitingSince = self.shard.now }
        self.roomWaiters.append(waiter)
        self.remindSoon()
    }

    func resumeRoomWaiters() {
        let waiters = self.roomWaiters
        self.roomWaiters = []
        for waiter in waiters { waiter.resume() }
    }
}
