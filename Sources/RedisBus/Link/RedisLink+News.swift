import BusCore
import Logging
import NIOCore

/// What connections tell their link.
extension RedisLink {
    func take(_ news: RedisNews, from part: Int) {
        switch news {
        case .role(let role): self.take(role, from: part)
        case .probe(let probe): self.received(probe, on: part)
        case .probeStrayed:
            if let token = self.probe?.token { self.events?.probed(part, token: token) }
            self.probeStrayed(from: part)
        case .peer(let note): self.received(note)
        case .hearsPeers: self.peers.excuse(self.loop.now)
        case .answered(let error): self.answered(error, on: part)
        case .subscriptionsMoved(let tokens, let error): self.subscriptionsMoved(tokens, error, on: part)
        case .withdrawn(let what): self.withdrawn(what, on: part)
        }
    }

    /// Only a server without replicas counts all receivers: clients of replicas and of other nodes are not seen by it.
    func countsReceivers(_ role: RedisServerRole?) -> Bool {
        self.configuration.topology == .server && role == .primary(replicas: 0)
    }

    /// A server that is a replica by now goes on to accept publishes, and hands them to nobody else.
    private func take(_ role: RedisServerRole, from part: Int) {
        self.open[part].publisher?.write { publishing, _ in publishing.countsReceivers = self.countsReceivers(role) }
        guard case .replica(let primary) = role else { return }
        let reason = "The server has become a replica of \(primary)."
        switch self.configuration.topology {
        case .server, .sentinel: for other in self.open.indices { self.leave(other, reason) }
        case .cluster(.classic): self.leave(part, reason)
        case .cluster(.sharded): for other in [part, part + 1] { self.leave(other, reason) }
        }
    }

    private func withdrawn(_ what: RedisWithdrawal, on part: Int) {
        switch what {
        case .channel(let name):
            self.events?.withdrawn(name, on: part)
        case .probes, .notes:
            // Which channels the shard serves now is known when the slot map is: see `rearranged()`, and the next poll.
            self.topology.poll()
        }
    }

    /// Asks which value of the limit was in force when Redis, as it seems, closed a connection that read too slowly.
    func suspectsOutputLimit(_ unread: Int) {
        guard let place = self.open.lazy.compactMap(\.place).first, self.diagnosis == nil else { return }
        let connection = RedisControlConnection(
            to: place.endpoint,
            credentials: .configured,
            configuration: self.configuration,
            dialer: self.dialer,
            loop: self.loop
        )
        self.diagnosis = connection
        connection.ask(["CONFIG", "GET", "client-output-buffer-limit"]) { [weak self] answer in
            guard let self else { return }
            self.diagnosis?.close()
            self.diagnosis = nil
            self.logOutputLimit(unread, answer)
        }
    }

    private func logOutputLimit(_ unread: Int, _ answer: Result<RedisReply, BusError>) {
        var value = "unknown: this user may not read it"
        if case .success(.array(let parts)) = answer, parts.count == 2, let text = parts[1].text { value = text }
        self.logger.warning(
            """
            Redis has probably closed the subscribing connection because this node read too slowly. Let receivers do less on \
            the bus's thread, spread the load over more nodes, or raise the limit for pubsub clients.
            """,
            metadata: ["redis.client-output-buffer-limit": "\(value)", "redis.unread_bytes": "\(unread)"]
        )
    }
}
