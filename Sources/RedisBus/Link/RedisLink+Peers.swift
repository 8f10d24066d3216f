import BusCore
import NIOCore

/// What the nodes of an application tell each other: that they live. And what is looked at regularly.
extension RedisLink {
    func startTimers() {
        self.scheduleHeartbeat()
        self.schedulePoll()
    }

    func stopTimers() {
        for timer in self.timers { timer?.cancel() }
        self.timers = [nil, nil]
    }

    private func scheduleHeartbeat() {
        guard self.configuration.heartbeat > .zero else { return }
        let bound = NIOLoopBound(self, eventLoop: self.loop.eventLoop)
        let due = self.loop.now + self.peers.interval
        self.timers[0] = self.loop.eventLoop.scheduleTask(deadline: due) { bound.value.heartbeat(due) }
    }

    private func schedulePoll() {
        let bound = NIOLoopBound(self, eventLoop: self.loop.eventLoop)
        self.timers[1] = self.loop.eventLoop.scheduleTask(in: TimeAmount(self.configuration.topologyInterval)) {
            bound.value.poll()
        }
    }

    private func poll() {
        for part in self.open.indices where self.open[part].publisher?.isReady == true {
            self.open[part].publisher?.write { $0.askRole(writer: &$1) }
        }
        self.topology.poll()
        // What was asked of a shard whose slot was moving has been refused: ask again.
        self.renewProbeChannels()
        if self.isSharded, !self.hearsPeers { self.movePeersChannel() }
        self.flush()
        self.schedulePoll()
    }

    // MARK: Peers

    private func heartbeat(_ due: NIODeadline) {
        let now = self.loop.now
        // What held this node up, or its connection, has kept others from being heard.
        if now - due > .milliseconds(500) || !self.hearsPeers { self.peers.excuse(now) }
        self.tellPeers(.alive)
        self.flush()
        self.noteSilence(now)
        self.scheduleHeartbeat()
    }

    func tellPeers(_ kind: RedisPeerNote.Kind) {
        guard self.configuration.heartbeat > .zero else { return }
        let note = RedisPeerNote(
            kind: kind,
            node: self.ownNode,
            interval: self.peers.interval,
            name: self.nodeName
        )
        let part = self.topology.route(of: self.names.notes).publishing
        guard part < self.open.count, let publisher = self.open[part].publisher, publisher.isReady else { return }
        publisher.write { $0.tell(note, writer: &$1) }
    }

    func received(_ note: RedisPeerNote) {
        self.peers.heard(note, self.loop.now)
        if !self.silentPeers.isEmpty { self.noteSilence(self.loop.now) }
    }

    private func noteSilence(_ now: NIODeadline) {
        let silent = self.peers.silent(now)
        guard silent != self.silentPeers else { return }
        self.silentPeers = silent
        self.events?.peersSilent(silent)
        self.events?.readCompleted()
    }

    /// Whether a part is the one on which the nodes' common channel is to be subscribed to.
    func hearsPeers(on part: Int) -> Bool {
        self.configuration.heartbeat > .zero && self.topology.route(of: self.names.notes).subscribing == part
    }

    private var hearsPeers: Bool {
        self.open.contains { $0.subscriber?.isReady == true && $0.subscriber?.role.hearsPeers == true }
    }

    /// Subscribes to the common channel on the part that serves it now.
    func movePeersChannel() {
        let part = self.topology.route(of: self.names.notes).subscribing
        guard
            self.configuration.heartbeat > .zero, part < self.open.count,
            let subscriber = self.open[part].subscriber, subscriber.isReady, !subscriber.role.hearsPeers
        else { return }
        subscriber.write { $0.hearPeers(writer: &$1) }
        subscriber.flush()
    }
}
