import HubProtocol
import Logging
import NIOCore

extension HubConnection: HubTransportInput {
    func received(_ bytes: ByteBuffer) {
        guard self.machine.isOpen || self.machine.isHandshaking else { return }
        self.lastReceived = self.shard.now
        if self.inbound.readableBytes == 0 {
            self.inbound = bytes
        } else {
            // What has been read goes first, so that only the rest is copied when a message still shares the storage.
            self.inbound.discardReadBytes()
            self.inbound.writeImmutableBuffer(bytes)
        }
        self.process()
    }

    /// Takes messages out of what has arrived, for as long as there is room for them.
    func process() {
        guard !self.isProcessing else { return }
        self.isProcessing = true
        defer { self.isProcessing = false }
        if self.machine.isHandshaking, !self.processHandshake() { return }
        do {
            try self.processMessages()
        } catch {
            self.reject(error)
        }
        if self.inbound.readableBytes == 0 { self.inbound = ByteBuffer() }
        self.updateReading()
    }

    private func processMessages() throws(HubProtocolError) {
        while self.machine.isOpen, !self.invocations.isFull(self.core.limits.invocations) {
            let before = self.inbound.readableBytes
            guard let message = try self.decoder?.next(from: &self.inbound) else { return }
            self.hasSpoken = true
            self.handle(message, size: before - self.inbound.readableBytes)
        }
    }

    private func handle(_ message: HubMessage, size: Int) {
        switch message {
        case .invocation(let invocation):
            self.handle(invocation, size: size)
        case .streamInvocation(let invocation):
            let isKnown = self.core.dispatcher.hasMethod(invocation.target)
            self.fail(
                invocation,
                isKnown
                    ? DispatchErrorText.notStreaming(invocation.target)
                    : DispatchErrorText.unknownMethod(invocation.target)
            )
        case .close(let close):
            self.clientCloses(close)
        case .ping:
            break
        case .streamItem, .completion, .cancelInvocation, .ack, .sequence, .unknown:
            // They concern streams and calls that do not exist (any more): a peer may be late, so this is no error.
            break
        }
    }

    private func handle(_ invocation: InvocationMessage, size: Int) {
        guard self.core.dispatcher.hasMethod(invocation.target) else {
            return self.fail(invocation, DispatchErrorText.unknownMethod(invocation.target))
        }
        guard invocation.streamIDs.isEmpty else {
            let count = invocation.streamIDs.count
            let text = DispatchErrorText.unexpectedStreams(invocation.target, sent: count, expected: 0)
            return self.fail(invocation, text)
        }
        self.invocations.add(invocation, size: size)
        self.startInvocations()
    }

    private func fail(_ invocation: InvocationMessage, _ text: String) {
        guard let id = invocation.invocationID else { return }
        self.send(.completion(invocationID: id, outcome: .error(text)))
    }

    private func clientCloses(_ close: CloseMessage) {
        if let error = close.error { self.failure = HubError(error) }
        self.end(TransportCloseReason(.normal))
    }

    private func reject(_ error: HubProtocolError) {
        self.core.logger.debug(
            "A client sent something that is not the hub protocol; its connection is closed.",
            metadata: ["hub.connection_id": "\(self.id)", "error": "\(error)"]
        )
        self.failure = error
        let isTooLarge = error.code == .messageTooLarge
        self.close(
            TransportCloseReason(isTooLarge ? .tooBig : .protocolError, "Connection closed with an error."),
            error: "Connection closed with an error. InvalidDataException: \(error.message)",
            allowReconnect: false
        )
    }

    // MARK: Invocations

    func startInvocations() {
        while self.machine.acceptsInvocations, let batch = self.invocations.next(self.core.limits.invocations) {
            let core = self.core
            let identity = self.identity
            Task {
                for invocation in batch { await core.run(invocation, identity) }
            }
        }
    }

    func invocationFinished(_ answer: ByteBuffer?) {
        if let answer { self.send(answer, isControl: true) }
        self.lastReceived = self.shard.now
        self.invocations.finished()
        self.startInvocations()
        if self.invocations.isIdle { self.perform(self.machine.becameIdle()) }
        if self.machine.isOpen, self.inbound.readableBytes > 0 { self.process() }
        self.updateReading()
    }

    /// Stops reading when invocations wait that should not be more, and goes on when there is room.
    private func updateReading() {
        let isFull = self.machine.isOpen && self.invocations.isFull(self.core.limits.invocations)
        guard isFull != self.isReadingPaused else { return }
        self.isReadingPaused = isFull
        if isFull { self.transport?.pauseReading() } else { self.transport?.resumeReading() }
    }
}
