import BusCore
import NIOCore

extension LoopShard {
    /// Starts a connection.
    func open(_ transport: any HubTransport, _ request: HubConnectionRequest, _ port: ShardPort) -> HubConnection {
        let userID = self.core.configuration.userID(request)
        let connection = self.connections.take { slot in
            let identity = ConnectionIdentity(userID: userID, request: request, port: port, slot: slot)
            return HubConnection(shard: self, identity: identity, transport: transport)
        }
        connection.startTime()
        self.startTicking()
        return connection
    }

    /// Forgets a connection that has come to its end.
    func remove(_ connection: HubConnection) {
        for channel in connection.takeMemberships() {
            self.removeMember(connection, channel)
        }
        self.connections.release(connection.slot)
        self.stopTickingIfEmpty()
    }

    /// The connection of an identity, if it still exists.
    func connection(_ identity: ConnectionIdentity) -> HubConnection? {
        guard let connection = self.connections[identity.slot], connection.identity === identity else { return nil }
        return connection
    }

    /// Makes a connection a member of a group or of a user.
    func addMember(_ connection: HubConnection, _ channel: BusChannel) {
        guard self.groups[channel, default: SlotSet()].insert(UInt32(connection.slot)) else { return }
        connection.addMembership(channel)
        self.core.directory.join(channel, connection.identity.port, receiver: self.core)
    }

    /// Undoes ``addMember(_:_:)``.
    func removeMember(_ connection: HubConnection, _ channel: BusChannel) {
        guard self.groups[channel]?.remove(UInt32(connection.slot)) == true else { return }
        if self.groups[channel]?.isEmpty == true { self.groups[channel] = nil }
        self.core.directory.leave(channel, connection.identity.port, receiver: self.core)
    }

    /// Does what is not a broadcast.
    func perform(_ item: ShardItem) {
        switch item {
        case .broadcast: break
        case .direct(let identity, let message):
            identity.arrivedAtLoop()
            self.connection(identity)?.send(message, isControl: false)
        case .forwarded(let identity, let payloads):
            self.forward(payloads, to: identity)
        case .finished(let identity, let answer):
            self.connection(identity)?.invocationFinished(answer)
        case .hubConnected(let identity, let refusal):
            self.connection(identity)?.hubConnected(refusal: refusal)
        case .hubDisconnected(let identity):
            self.connection(identity)?.hubDisconnected()
        case .join(let identity, let channel, let answer):
            answer.resume(returning: self.change(identity) { self.addMember($0, channel) })
        case .leave(let identity, let channel, let answer):
            answer.resume(
                returning: self.change(identity) {
                    $0.removeMembership(channel)
                    self.removeMember($0, channel)
                }
            )
        case .awaitRoom(let identity, let waiter):
            guard let connection = self.connection(identity) else { return waiter.resume() }
            connection.awaitRoom(waiter)
        case .abort(let identity):
            self.connection(identity)?.close(TransportCloseReason(.normal), error: nil, allowReconnect: false)
        case .stop:
            for connection in self.connections.elements.compactMap({ $0 }) { connection.stop() }
        }
    }

    private func forward(_ payloads: ProtocolPayloads, to identity: ConnectionIdentity) {
        guard let connection = self.connection(identity), connection.isDeliverable else { return }
        guard let message = payloads[codec: connection.format.codec] else {
            return self.core.counters.missingProtocol()
        }
        connection.send(message, isControl: false)
    }

    private func change(_ identity: ConnectionIdentity, _ body: (HubConnection) -> Void) -> Bool {
        guard let connection = self.connection(identity) else { return false }
        body(connection)
        return true
    }
}
