import BusCore
import HubProtocol
import NIOCore

extension HubCore {
    /// A channel to publish to, and the connections of this node that listen to it.
    private struct Route {
        let channel: BusChannel
        /// Nil for the channel of a connection on another node.
        let audience: Broadcast.Audience?
    }

    /// Sends a message to clients, wherever they are.
    func send(_ message: OutgoingHubMessage, to target: SendTarget) async throws -> SendReceipt {
        guard !self.isStopped else { throw BackplaneError(.closed, "The hub's endpoint has been stopped.") }
        switch target {
        case .local(let identity):
            await self.deliver(try self.encode(message, identity.codec), to: identity)
            return .published
        case .connections(let ids):
            return try await self.send(message, toConnections: ids)
        case .everyone(let excluded):
            return try await self.send(message, [Route(channel: self.channels.all, audience: .everyone)], excluded)
        case .groups(let names, let excluded):
            return try await self.send(message, self.routes(names, self.channels.group), excluded)
        case .users(let ids):
            return try await self.send(message, self.routes(ids, self.channels.user), [])
        }
    }

    /// Routes to named channels.
    ///
    /// As in .NET, empty names stand for nobody.
    private func routes(_ names: [String], _ channel: (String) -> BusChannel) -> [Route] {
        names.lazy.filter { !$0.isEmpty }.map(channel).map { Route(channel: $0, audience: .members($0)) }
    }

    private func send(_ message: OutgoingHubMessage, toConnections ids: [String]) async throws -> SendReceipt {
        var remote: [Route] = []
        for id in ids where !id.isEmpty {
            if let identity = self.connections[id] {
                await self.deliver(try self.encode(message, identity.codec), to: identity)
            } else {
                remote.append(Route(channel: self.channels.connection(id), audience: nil))
            }
        }
        return try await self.send(message, remote, [])
    }

    private func send(
        _ message: OutgoingHubMessage,
        _ routes: [Route],
        _ excluded: [String]
    ) async throws -> SendReceipt {
        if routes.isEmpty { return .published }
        let payloads = try self.encode(message)
        let envelope = InvocationEnvelope(excluded: excluded, payloads: payloads).encoded(self.codecs)
        let outcomes = await self.submit(envelope, to: routes.map(\.channel))
        return try await self.settle(zip(routes, outcomes), payloads, excluded)
    }

    // MARK: Outcomes

    /// Does what the outcomes call for, and tells the sender.
    private func settle(
        _ outcomes: Zip2Sequence<[Route], [PublishOutcome]>,
        _ payloads: ProtocolPayloads,
        _ excluded: [String]
    ) async throws -> SendReceipt {
        var published = 0
        var recipients = 0
        var notSent: BusError?
        var failure: BusError?
        for (route, outcome) in outcomes {
            switch outcome {
            case .success(let receipt):
                published += 1
                if receipt.echo == .missed { self.deliverHere(route, payloads, excluded, report: nil) }
            case .failure(let error) where error.code == .notSent:
                notSent = error
                recipients += await self.countingDelivery(route, payloads, excluded)
            case .failure(let error):
                failure = error
            }
        }
        self.counters.published(published)
        if let failure { throw BackplaneError(failure) }
        guard let notSent else { return .published }
        guard recipients > 0 || published > 0 else { throw BackplaneError(notSent) }
        self.counters.localOnly()
        return .localOnly(notSent, recipients: recipients)
    }

    private func countingDelivery(
        _ route: Route,
        _ payloads: ProtocolPayloads,
        _ excluded: [String]
    ) async -> Int {
        let loops = self.loops(route).count
        guard loops > 0 else { return 0 }
        let report = DeliveryReport(loops: loops)
        self.deliverHere(route, payloads, excluded, report: report)
        return await report.recipients()
    }

    /// Delivers to the connections of this node, as if the bus had brought the message.
    private func deliverHere(
        _ route: Route,
        _ payloads: ProtocolPayloads,
        _ excluded: [String],
        report: DeliveryReport?
    ) {
        guard let audience = route.audience else { return }
        let item = ShardItem.broadcast(
            Broadcast(audience: audience, payloads: payloads, excluded: excluded, report: report)
        )
        for port in self.loops(route) { port.append(item) }
    }

    private func loops(_ route: Route) -> [ShardPort] {
        switch route.audience {
        case nil: []
        case .everyone: self.ports
        case .members(let channel): self.directory.shares(of: channel).map(\.member)
        }
    }

    // MARK: Connections of this node

    private func deliver(_ message: ByteBuffer, to identity: ConnectionIdentity) async {
        guard !identity.isClosed else { return }
        let mustWait = identity.startedSending()
        identity.port.append(.direct(identity, message))
        if mustWait {
            await withCheckedContinuation { identity.port.append(.awaitRoom(identity, $0)) }
        }
    }

    // MARK: Encoding

    private func encode(_ message: OutgoingHubMessage) throws(BackplaneError) -> ProtocolPayloads {
        var payloads = ProtocolPayloads()
        for codec in self.codecs.indices { payloads[codec: codec] = try self.encode(message, codec) }
        return payloads
    }

    private func encode(_ message: OutgoingHubMessage, _ codec: Int) throws(BackplaneError) -> ByteBuffer {
        var bytes = ByteBuffer()
        do {
            try self.codecs[codec].encode(message, into: &bytes)
        } catch {
            let name = self.codecs[codec].name
            throw BackplaneError(
                .unencodable,
                "An argument cannot be sent in the protocol '\(name)'; nobody got the message. \(error.message)",
                cause: error
            )
        }
        return bytes
    }
}
