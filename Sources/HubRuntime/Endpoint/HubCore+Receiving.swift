package import BusCore
import Logging
import NIOCore
import Synchronization

extension HubCore: BusReceiver {
    package func received(_ event: BusEvent) {
        switch event {
        case .message(let message):
            self.received(message)
        case .gap(let gap):
            self.counters.gap()
            self.logger.debug(
                "Messages of other nodes may be missing.",
                metadata: ["bus.channel": "\(gap.channel)", "bus.reason": "\(gap.reason)"]
            )
            self.configuration.busGap?(gap)
        case .ended(let channel, let error):
            guard error.code != .closed else { return }
            self.logger.error(
                "The bus ended a subscription: messages of other nodes do not arrive on this channel any more.",
                metadata: ["bus.channel": "\(channel)", "error": "\(error)"]
            )
        }
    }

    package func readCompleted() {
        let ports = self.staged.withLock { staged in
            defer { staged.removeAll(keepingCapacity: true) }
            return staged
        }
        for port in ports { port.handOver() }
    }

    private func received(_ message: BusMessage) {
        let channel = message.channel
        if channel == self.channels.all {
            self.deliver(message, .everyone, to: self.ports)
        } else if let id = self.channels.connectionID(of: channel) {
            self.forward(message, toConnection: id)
        } else if channel == self.channels.groupCommands {
            self.count(self.receivedGroupCommand(message.payload))
        } else if channel == self.channels.acks {
            self.count(self.receivedAcknowledgement(message.payload))
        } else if channel == self.channels.nodes || channel == self.channels.answers {
            self.count(self.receivedNodeMessage(message.payload))
        } else {
            self.deliver(message, .members(channel), to: self.directory.shares(of: channel).map(\.member))
        }
    }

    private func count(_ isWellFormed: Bool) {
        if !isWellFormed { self.counters.malformed() }
    }

    // MARK: Invocations

    private func deliver(_ message: BusMessage, _ audience: Broadcast.Audience, to ports: [ShardPort]) {
        guard !ports.isEmpty, let envelope = self.decode(message) else { return }
        let broadcast = Broadcast(
            audience: audience,
            payloads: envelope.payloads,
            excluded: envelope.excluded,
            report: nil
        )
        for port in ports { self.stage(.broadcast(broadcast), envelope, port) }
    }

    private func forward(_ message: BusMessage, toConnection id: String) {
        guard let identity = self.connections[id], let envelope = self.decode(message) else { return }
        guard !envelope.excluded.contains(where: { UTF8Key($0) == UTF8Key(id) }) else { return }
        self.stage(.forwarded(identity, envelope.payloads), envelope, identity.port)
    }

    private func decode(_ message: BusMessage) -> InvocationEnvelope? {
        let envelope = InvocationEnvelope(decoding: message.payload, self.codecs)
        self.count(envelope != nil)
        return envelope
    }

    private func stage(_ item: ShardItem, _ envelope: InvocationEnvelope, _ port: ShardPort) {
        switch port.stage(item, size: envelope.payloads.largest) {
        case .staged: break
        case .first: self.staged.withLock { $0.append(port) }
        case .full: self.counters.dropped(1)
        }
    }

    // MARK: Groups

    private func receivedGroupCommand(_ payload: ByteBuffer) -> Bool {
        guard let command = GroupCommand(decoding: payload) else { return false }
        guard let identity = self.connections[command.connectionID] else { return true }
        Task {
            // A refusal of the bus is not confirmed: the node that asked learns it from the time limit.
            guard (try? await self.changeLocally(command.action, identity, command.group)) != nil else { return }
            let channel = self.channels.acks(of: command.server)
            _ = await self.submit(Acknowledgement(id: command.id).encoded(), to: [channel])
        }
        return true
    }

    private func receivedAcknowledgement(_ payload: ByteBuffer) -> Bool {
        guard let acknowledgement = Acknowledgement(decoding: payload) else { return false }
        self.acknowledgements.acknowledged(acknowledgement.id)
        return true
    }

    // MARK: What only nodes of this kind say

    private func receivedNodeMessage(_ payload: ByteBuffer) -> Bool {
        switch NodeMessage(decoding: payload) {
        case nil:
            return false
        case .locate(let id, let server, let connectionID):
            let answer = NodeMessage.located(id: id, isHere: self.connections[connectionID] != nil)
            self.bus.submit(answer.encoded(), to: self.channels.answers(of: server)) { _ in
                // Who asked has a time limit.
            }
        case .located(let id, let isHere):
            self.acknowledgements.answered(id, hasConnection: isHere)
        case .unknown:
            break
        }
        return true
    }
}
