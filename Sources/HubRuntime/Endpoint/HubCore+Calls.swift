import BusCore
import HubProtocol
import Logging
import NIOCore

extension HubCore {
    /// Runs an invocation and sends its answer on its way.
    func run(_ invocation: InvocationMessage, _ identity: ConnectionIdentity) async {
        let call = HubCall(core: self, identity: identity)
        var outcome: OutgoingOutcome
        do {
            outcome = try await self.dispatcher.invoke(invocation.target, invocation.arguments, call)
        } catch {
            outcome = self.failed(invocation.target, error, call)
        }
        let answer = invocation.invocationID.map { self.answer($0, invocation.target, outcome, call) }
        identity.port.append(.finished(identity, answer: answer))
        self.counters.invocationEnded()
    }

    private func answer(
        _ invocationID: String,
        _ target: String,
        _ outcome: OutgoingOutcome,
        _ call: HubCall
    ) -> ByteBuffer {
        let codec = self.codecs[call.identity.codec]
        var bytes = ByteBuffer()
        do {
            try codec.encode(.completion(invocationID: invocationID, outcome: outcome), into: &bytes)
        } catch {
            // The result has no form in the client's protocol. A text always has one.
            let failure = self.failed(target, error, call)
            try? codec.encode(.completion(invocationID: invocationID, outcome: failure), into: &bytes)
        }
        return bytes
    }

    private func failed(_ target: String, _ error: any Error, _ call: HubCall) -> OutgoingOutcome {
        call.logger.info(
            "A hub method failed.",
            metadata: ["hub.method": "\(target)", "error.type": "\(type(of: error))", "error": "\(error)"]
        )
        return .error(DispatchErrorText.failed(target, error, detailed: self.configuration.detailedErrors))
    }

    // MARK: Connect and disconnect

    /// Waits until the bus knows of a connection, if the bus is up, and runs the hub's code for it.
    func connect(_ identity: ConnectionIdentity, _ subscription: (any BusSubscription)?) async {
        var refusal: String?
        do {
            try await self.active(subscription)
            if let userID = identity.userID, !userID.isEmpty {
                try await self.active(self.directory.subscription(of: self.channels.user(userID)))
            }
            try await self.dispatcher.connected(HubCall(core: self, identity: identity))
        } catch {
            self.logger.info(
                "The hub refused a connection.",
                metadata: ["hub.connection_id": "\(identity.id)", "error": "\(error)"]
            )
            refusal = DispatchErrorText.closed(error, detailed: self.configuration.detailedErrors)
        }
        identity.port.append(.hubConnected(identity, refusal: refusal))
    }

    /// Runs the hub's code for a connection that has gone.
    func disconnect(_ identity: ConnectionIdentity, _ failure: (any Error)?) async {
        await self.dispatcher.disconnected(HubCall(core: self, identity: identity), error: failure)
        identity.port.append(.hubDisconnected(identity))
    }

    // MARK: The bus

    /// Subscribes to what other nodes send to one connection.
    ///
    /// - Returns: The subscription; nil if the bus refuses it, which leaves the connection to this node.
    func subscribe(toConnection id: String) -> (any BusSubscription)? {
        do {
            // .NET nodes read from the receiver count whether the connection exists: it must end at once.
            let options = BusSubscriptionOptions(release: .immediate)
            return try self.bus.subscribe(to: [self.channels.connection(id)], options: options, receiver: self)
        } catch {
            self.logger.warning(
                "The bus refused to subscribe for a connection: only this node can send to it directly.",
                metadata: ["hub.connection_id": "\(id)", "error": "\(error)"]
            )
            return nil
        }
    }

    /// Waits, as long as it makes sense, until the bus has confirmed a subscription.
    ///
    /// - Throws: A ``BackplaneError`` if the bus will never confirm it. An outage is no reason: the subscription becomes
    ///   active when the bus is back, and until then this node's messages arrive.
    func active(_ subscription: (any BusSubscription)?) async throws {
        guard let subscription, !subscription.isActive, self.isBusReceiving else { return }
        do {
            try await subscription.active(within: self.configuration.subscribeTimeout)
        } catch let error as BusError {
            switch error.code {
            case .unauthorized, .refused:
                throw BackplaneError(.refused, "The bus does not allow it. \(error.message)", cause: error)
            default:
                return
            }
        }
    }

    private var isBusReceiving: Bool {
        switch self.bus.state {
        case .connected, .degraded(.publishing), .degraded(.shard), .degraded(.peer): true
        case .connecting, .degraded(.subscribing), .reconnecting, .closed: false
        }
    }
}
