import BusCore
import HubProtocol
import NIOCore

extension HubConnection {
    /// Makes the client known to the hub and to the bus, and has the hub's code run.
    func joinHub() {
        let core = self.core
        let identity = self.identity
        if let userID = identity.userID, !userID.isEmpty {
            self.shard.addMember(self, core.channels.user(userID))
        }
        self.subscription = core.subscribe(toConnection: identity.id)
        let subscription = self.subscription
        Task { await core.connect(identity, subscription) }
    }

    /// The hub's `connected` has ended.
    func hubConnected(refusal: String?) {
        self.lastReceived = self.shard.now
        let action = self.machine.hubConnected(accepted: refusal == nil, isIdle: self.invocations.isIdle)
        if action == .refuse {
            self.invocations.discardWaiting()
            self.close(TransportCloseReason(.internalError), error: refusal, allowReconnect: false)
        } else {
            self.perform(action)
        }
    }

    /// The hub's `disconnected` has ended.
    func hubDisconnected() {
        self.perform(self.machine.hubDisconnected())
    }

    func transportClosed(_ closure: TransportClosure) {
        if case .failed(let error) = closure, self.failure == nil { self.failure = error }
        self.transport = nil
        self.releaseResources()
        self.perform(self.machine.transportClosed(isIdle: self.invocations.isIdle))
    }

    /// Says goodbye and closes.
    ///
    /// - Parameters:
    ///   - reason: What the transport tells its peer.
    ///   - error: What the client is told.
    ///   - allowReconnect: Whether the client may come back by itself.
    func close(_ reason: TransportCloseReason, error: String?, allowReconnect: Bool) {
        if self.machine.isOpen {
            // The goodbye comes after what waits: all of it is the transport's now, which ends within its own time limit.
            self.writeOut()
            self.writeGoodbye(error: error, allowReconnect: allowReconnect)
        }
        self.invocations.discardWaiting()
        self.end(reason)
    }

    /// Closes without a word.
    ///
    /// Invocations that wait still run.
    func end(_ reason: TransportCloseReason) {
        guard self.machine.close() else { return }
        self.releaseResources()
        self.transport?.close(reason)
    }

    /// Ends because the server stops.
    func stop() {
        self.close(TransportCloseReason(.goingAway), error: nil, allowReconnect: true)
    }

    /// Does what the state machine asks for.
    func perform(_ action: ConnectionStateMachine.Action) {
        switch action {
        case .none, .refuse:
            break
        case .startInvocations:
            self.startInvocations()
            if self.invocations.isIdle { self.perform(self.machine.becameIdle()) }
        case .runDisconnected:
            let core = self.core
            let identity = self.identity
            let failure = self.failure
            Task { await core.disconnect(identity, failure) }
        case .remove:
            self.subscription?.cancel()
            self.core.connections.remove(self.identity)
            self.shard.remove(self)
            self.core.live.leave()
        }
    }

    /// Writes the Close message past the queue, which has no say any more.
    private func writeGoodbye(error: String?, allowReconnect: Bool) {
        let close = OutgoingHubMessage.close(error: error, allowReconnect: allowReconnect)
        var bytes = ByteBuffer()
        guard (try? self.core.codecs[self.format.codec].encode(close, into: &bytes)) != nil else { return }
        self.transport?.write(self.format.frame(CollectionOfOne(bytes)))
    }

    private func writeOut() {
        while let frame = self.outbound.popFirst() { self.transport?.write(frame.bytes) }
    }

    private func releaseResources() {
        self.identity.markClosed()
        self.outbound.removeAll()
        self.inbound = ByteBuffer()
        self.resumeRoomWaiters()
    }
}
