import BusCore
import Logging
import NIOCore

extension RedisLink {
    func connect(_ part: Int, connection: UInt64) {
        self.loop.eventLoop.preconditionInEventLoop()
        while self.open.count <= part { self.open.append(Part()) }
        self.open[part].attempt = connection
        let bound = NIOLoopBound(self, eventLoop: self.loop.eventLoop)
        self.topology.locate(part).whenComplete { result in
            bound.value.located(part, connection, result)
        }
    }

    func disconnect(_ part: Int) {
        self.loop.eventLoop.preconditionInEventLoop()
        let former = self.open[part]
        self.open[part] = Part()
        former.publisher?.abandon()
        former.subscriber?.abandon()
        if let place = former.place { self.ended(part, at: place, wasReady: former.isReady) }
    }

    /// Whether a part can be used.
    func isReady(_ part: Int) -> Bool { self.open[part].isReady }

    private func isPresent(_ part: Int, _ connection: UInt64) -> Bool {
        self.events != nil && self.open[part].attempt == connection
    }

    private func located(_ part: Int, _ connection: UInt64, _ result: Result<RedisPlace, any Error>) {
        guard self.isPresent(part, connection) else { return }
        switch result {
        case .failure(let error): self.fail(part, connection, self.busError(error))
        case .success(let place):
            self.dialer.withCredentials { [bound = NIOLoopBound(self, eventLoop: self.loop.eventLoop)] result in
                bound.value.connect(part, connection, to: place, with: result)
            }
        }
    }

    private func connect(
        _ part: Int,
        _ connection: UInt64,
        to place: RedisPlace,
        with credentials: Result<RedisCredentials?, BusError>
    ) {
        guard self.isPresent(part, connection), let events = self.events else { return }
        do {
            let credentials = try credentials.get()
            if self.parts[part].subscribes {
                let probeChannel = self.topology.probeChannel(self.names.probeStem, of: part)
                let role = RedisSubscribing(names: self.names, probeChannel: probeChannel, isSharded: self.isSharded)
                self.open[part].subscriber = try self.dial(part, connection, role, place, credentials, events)
            } else {
                let role = RedisPublishing(names: self.names, isSharded: self.isSharded)
                self.open[part].publisher = try self.dial(part, connection, role, place, credentials, events)
            }
        } catch {
            self.fail(part, connection, self.busError(error))
        }
    }

    private func dial<Role: RedisRole>(
        _ part: Int,
        _ number: UInt64,
        _ role: Role,
        _ place: RedisPlace,
        _ credentials: RedisCredentials?,
        _ events: BusLinkEvents
    ) throws -> RedisConnection<Role> {
        let connection = try RedisConnection(
            part: part,
            number: number,
            role: role,
            place: place,
            credentials: credentials,
            configuration: self.configuration,
            link: self,
            events: events
        )
        let bound = NIOLoopBound(connection, eventLoop: self.loop.eventLoop)
        self.dialer.connect(to: place.endpoint) { bound.value }.whenFailure { [dialer] error in
            bound.value.end(dialer.error(error, endpoint: place.endpoint))
        }
        return connection
    }

    private func fail(_ part: Int, _ connection: UInt64, _ error: BusError) {
        self.open[part] = Part()
        self.events?.lost(part, connection: connection, error: error)
        self.events?.readCompleted()
    }

    private func busError(_ error: any Error) -> BusError {
        switch error {
        case let error as BusError: error
        case let error as RedisProtocolError: BusError(.linkFailed, error.description, cause: error)
        default: BusError(.linkFailed, "Redis cannot be reached: \(error).", cause: error)
        }
    }

    // MARK: From the connections

    /// Says in an operator's words what went wrong with a connection.
    func describe(_ error: any Error, at endpoint: RedisEndpoint) -> BusError {
        self.dialer.error(error, endpoint: endpoint)
    }

    func becameReady(_ part: Int) {
        guard let facts = self.open[part].publisher?.facts ?? self.open[part].subscriber?.facts else { return }
        self.open[part].publisher?.write { role, _ in role.countsReceivers = self.countsReceivers(facts.role) }
        if self.hearsPeers(on: part) { self.open[part].subscriber?.write { $0.hearPeers(writer: &$1) } }
        guard facts.isClusterNode == true, self.configuration.topology == .server, !self.hasWarnedOfCluster else {
            return
        }
        self.hasWarnedOfCluster = true
        self.logger.warning(
            """
            The server is a node of a Redis Cluster, and the configuration does not say so: losses inside the cluster are not \
            seen, and there is no failover. Add cluster=classic.
            """,
            metadata: ["redis.endpoint": "\(self.open[part].place?.endpoint.description ?? "")"]
        )
    }

    /// A connection or an attempt has ended.
    func ended(_ part: Int, at place: RedisPlace, wasReady: Bool) {
        self.open[part].publisher = nil
        self.open[part].subscriber = nil
        if self.parts[part].publishes { self.publisherEnded(part) }
        self.topology.failed(part, at: place, wasReady: wasReady)
    }

    // MARK: From the topology

    /// Parts or routes have changed.
    func rearranged() {
        while self.open.count < self.parts.count { self.open.append(Part()) }
        self.reroutePublishes()
        self.events?.rearranged()
        self.movePeersChannel()
        self.renewProbeChannels()
        self.events?.readCompleted()
    }

    /// Leaves the server that a part is connected to, or is about to be.
    func leave(_ part: Int, _ reason: String) {
        let error = BusError(.linkFailed, "\(reason) The connection is replaced.")
        self.open[part].publisher?.end(error)
        self.open[part].subscriber?.end(error)
    }

    /// Leaves all servers of earlier generations.
    func leave(allBefore generation: Int, _ reason: String) {
        for part in self.open.indices {
            guard let place = self.open[part].place, place.generation < generation else { continue }
            self.leave(part, reason)
        }
    }
}
