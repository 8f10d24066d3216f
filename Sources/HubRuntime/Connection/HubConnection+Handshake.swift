import HubProtocol
import NIOCore

extension HubConnection {
    /// Answers the handshake once it is complete.
    ///
    /// - Returns: Whether messages may follow.
    func processHandshake() -> Bool {
        let request: HandshakeRequest
        do {
            let limit = self.core.limits.maximumMessageSize
            guard let complete = try HandshakeRequest.decode(from: &self.inbound, maximumSize: limit)
            else { return false }
            request = complete
        } catch {
            self.refuseHandshake(
                error.code == .messageTooLarge
                    ? "Handshake was canceled. \(error.message)"
                    : "An unexpected error occurred during connection handshake. \(error.message)"
            )
            return false
        }
        guard let codec = self.core.codecs.firstIndex(where: { ASCIICase.equal($0.name, request.protocolName) }) else {
            self.refuseHandshake("The protocol '\(request.protocolName)' is not supported.")
            return false
        }
        guard request.version >= 0, request.version <= self.core.codecs[codec].maximumVersion else {
            self.refuseHandshake(
                "The server does not support version \(request.version) of the '\(request.protocolName)' protocol."
            )
            return false
        }
        return self.accept(codec)
    }

    private func accept(_ codec: Int) -> Bool {
        let chosen = self.core.codecs[codec]
        self.choose(codec: codec, isBinary: chosen.transferFormat == .binary)
        guard self.core.connections.insert(self.identity) else {
            self.refuseHandshake("A connection with this id exists already.")
            return false
        }
        self.decoder = HubMessageDecoder(codec: chosen, maximumMessageSize: self.core.limits.maximumMessageSize)
        self.machine.handshakeSucceeded()
        self.writeHandshake(HandshakeResponse())
        self.joinHub()
        return true
    }

    /// Answers with an error and ends the connection; there is no Close message before the handshake.
    func refuseHandshake(_ text: String) {
        self.writeHandshake(HandshakeResponse(error: text))
        self.end(TransportCloseReason(.policyViolation))
    }

    private func writeHandshake(_ response: HandshakeResponse) {
        var bytes = ByteBuffer()
        response.encode(into: &bytes)
        self.write(OutboundFrame(bytes: self.format.frame(CollectionOfOne(bytes)), messages: 1, isControl: true))
    }
}
